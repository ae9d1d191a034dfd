"""Why this moment: the facts that weighed most for it, said only where they can be checked.

A reason gathers facts, and may be given where what was counted in the moment bears it out
(data/reasons-1.json): at least so many, at most so many, or so far from the talk's own mean.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from workers.engines.meaning.lexicon import data
from workers.engines.scoring.moments import Stretch
from workers.engines.scoring.ranking import FACTS, Kind

_MOST = 3
_LEAST = 0.08
"""Mean log-odds a sentence that a reason adds, against the talk's average sentence."""


def reasons(
    kind: Kind, table: np.ndarray, parts: np.ndarray, stretch: Stretch
) -> list[dict[str, Any]]:
    """Up to three `{skill, title, why}`, what weighed most first; weak ones last, never alone.

    What can be seen weighs little by design (scoring/presence.py), so it has the last place where
    there is something to see.
    """
    inside = slice(stretch.first, stretch.last + 1)
    added = parts[inside].mean(axis=0) - parts.mean(axis=0)
    weighed = []
    for reason in data("reasons-1")[kind]:
        weight = sum(added[FACTS.index(name)] for name in reason["weighs"])
        if weight >= reason.get("least", _LEAST) and _bears_out(reason, table, inside):
            weighed.append((float(weight), reason))
    weighed.sort(key=lambda found: (found[1].get("weak", False), -found[0]))
    seen = next((reason for _, reason in weighed if reason["skill"] == "presence"), None)
    said = [reason for _, reason in weighed[:_MOST]]
    if seen and seen not in said:
        said[-1] = seen
    return said if said and not said[0].get("weak") else []


def _bears_out(reason: dict[str, Any], table: np.ndarray, inside: slice) -> bool:
    """Whether every count and mean that the reason asks for was measured and is so."""
    for name, (least, most) in reason.get("count", {}).items():
        counted = float(table[inside, FACTS.index(name)].sum())
        if not least <= counted <= most:
            return False
    for name, (least, most) in reason.get("mean", {}).items():
        column = table[:, FACTS.index(name)]
        apart = float(column[inside].mean() - column.mean())
        if not least <= apart <= most:
            return False
    return True
