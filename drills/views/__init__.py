"""Pages of the drills app: interviews and preparations."""
