"""Posture: the model that ships against the rule, on speakers whose posture is known.

The held-out part is what `bin/rostrum models evaluate posture` judges by.
"""

from __future__ import annotations

from workers.training.trainers.posture import STUDY

evaluate = STUDY.evaluate
