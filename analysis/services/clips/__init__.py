"""Clips: asked for by a person (`asking`), made by a worker (`making`)."""
