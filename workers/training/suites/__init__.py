"""One module a suite: `evaluate(part) -> Report` (workers.training.evaluation)."""
