"""The shape of a catalogue entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.formats import number_format
from django.utils.functional import Promise

Sure = Literal["high", "medium", "low"]


def rounded(value: float, digits: int) -> str:
    """`value` as it is written here; Django's own number_format cuts digits off."""
    return str(number_format(round(value, digits) + 0.0, digits))


@dataclass(frozen=True)
class Band:
    """What to say of values below `below` (None: of all others). `%(value)s` is the figure."""

    below: float | None
    text: str | Promise


@dataclass(frozen=True)
class Bands:
    """Bands from low to high; the last has no upper bound."""

    bands: tuple[Band, ...]

    def template(self, value: float) -> str | Promise:
        for band in self.bands:
            if band.below is None or value < band.below:
                return band.text
        raise ValueError("the last band must be open")


@dataclass(frozen=True)
class Entry:
    """One measure. `what` it is, `how` it is measured, `why` it matters, how `sure` it is.

    `not_said` is what the measure does not tell, so that nobody reads too much into it.
    """

    path: str
    label: str | Promise
    unit: str | Promise
    what: str | Promise
    how: str | Promise
    why: str | Promise
    sure: Sure
    not_said: str | Promise
    says: Bands
    digits: int = 0
    is_share: bool = False
    """A ratio 0-1, shown as a percentage."""
    none: str | Promise = ""
    """What to say instead where there is none of it."""

    def figure(self, value: float) -> str:
        """`value` as it is shown, without its unit; a little of it never as nothing."""
        value = value * 100 if self.is_share else value
        little = self.none and value and not round(value, self.digits)
        return rounded(value, self.digits + 1 if little else self.digits)

    def say(self, value: float) -> str:
        """A plain sentence about `value`."""
        if self.none and not value:
            return str(self.none)
        # a lazy plural knows its form only once it has the count, so no str() before the %
        return str(self.says.template(value) % {"value": self.figure(value), "count": round(value)})

    @property
    def section(self) -> str:
        return self.path.split(".", 1)[0]


def bands(*pairs: tuple[float | None, str | Promise]) -> Bands:
    """Bands of (upper bound, text)."""
    return Bands(tuple(Band(below, text) for below, text in pairs))
