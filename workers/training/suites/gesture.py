"""Gestures: what each is, by the model that ships and by the rule, on speakers whose every move is
known.

The held-out part is what `bin/rostrum models evaluate gesture` judges by. How many there are is a
matter of the suite `body`.
"""

from __future__ import annotations

from workers.training.trainers.gesture import STUDY

evaluate = STUDY.evaluate
