"""A learner with six weeks behind them: `make_media` speaks them, `record_demo` runs them through
the pipeline and keeps what it measured, `load_demo` plays that back through the same services.
"""
