"""Clarity: what is wrong with a recording, by the weights that were trained and by the rule, on
speech whose one fault is known.

The held-out part is what `bin/rostrum models evaluate clarity` judges by.
"""

from __future__ import annotations

from workers.training.trainers.clarity import STUDY

evaluate = STUDY.evaluate
