"""Cohorts, assignments and reviews (not built yet)."""
