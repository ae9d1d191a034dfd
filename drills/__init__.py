"""Drills, skills, question bank, preparation (not built yet)."""
