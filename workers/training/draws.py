"""Numbers drawn from a range, or for what is held out from beyond its ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Draw:
    chance: np.random.Generator
    outside: bool

    def pick(self, low: float, high: float, beyond: float) -> float:
        """From the range; `outside` from as far as `beyond` of its length past either end."""
        if not self.outside:
            return float(self.chance.uniform(low, high))
        reach = beyond * (high - low)
        end = self.chance.choice([low - reach, high])
        return float(end + self.chance.uniform(0, reach))
