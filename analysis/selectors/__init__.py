"""Reading analyses: always of a session that sessions.selectors let the viewer see."""
