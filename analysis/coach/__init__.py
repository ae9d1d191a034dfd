"""The coach's notes: what a language model may be told of a practice, and what of its answer holds.

Optional and off by default. The offline result is complete without it and checks all it says.
Nothing here calls anybody: `workers.coach` does. docs/coach.md tells the whole of it.
"""
