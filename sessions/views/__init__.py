"""The pages of practice sessions: thin, over services and selectors."""
