"""Pages of the drills app: interviews, preparations, and the drill library."""
