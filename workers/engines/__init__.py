"""Pure functions from media to measurements: no Django, no database, no settings."""
