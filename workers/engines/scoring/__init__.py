"""From measurements to scores: published curves, what they read, and the evidence behind them."""
