"""Numbers drawn from a range, or from beyond its ends.

INSIDE its ends models learn. STRANGERS stand beyond them, no further than three quarters of the way
to the furthest of HELD_OUT: on them chances can be made to mean what they say without a look at the
held-out ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

INSIDE, STRANGERS, HELD_OUT = 0.0, 0.75, 1.0


@dataclass(frozen=True)
class Draw:
    chance: np.random.Generator
    far: float
    """INSIDE, STRANGERS or HELD_OUT."""

    def pick(self, low: float, high: float, beyond: float) -> float:
        """From the range, or from as far as `far` x `beyond` of its length past either end."""
        if not self.far:
            return float(self.chance.uniform(low, high))
        reach = self.far * beyond * (high - low)
        end = self.chance.choice([low - reach, high])
        return float(end + self.chance.uniform(0, reach))

    def worse(self, low: float, high: float, worst: float) -> float:
        """From the range, or from beyond its upper end, where HELD_OUT may reach `worst`."""
        if not self.far:
            return float(self.chance.uniform(low, high))
        return float(self.chance.uniform(high, high + self.far * (worst - high)))

    def aspect(self) -> float:
        """Of a picture: wide, tall, or for strangers between both."""
        shapes = {INSIDE: [16 / 9, 4 / 3], STRANGERS: [6 / 5], HELD_OUT: [4 / 5, 1.0]}
        return float(self.chance.choice(shapes[self.far]))
