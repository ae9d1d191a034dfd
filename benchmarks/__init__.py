"""Measuring how fast it is, in ratios. Never part of the tests."""
