"""The question bank and interviews put together from it; the drill library."""
