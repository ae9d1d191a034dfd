"""Spaces, posts and moderation (not built yet)."""
