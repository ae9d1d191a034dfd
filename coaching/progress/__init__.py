"""Trends over sessions (not built yet)."""
