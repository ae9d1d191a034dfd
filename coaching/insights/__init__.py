"""Product analytics for admins (not built yet)."""
