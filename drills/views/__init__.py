"""Pages of the drills app: interviews."""
