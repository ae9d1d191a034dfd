"""Gestures: what the hands do from rest to rest, and the small unrest between.

A gesture is a unit in Kendon's sense (2004, "Gesture: Visible Action as Utterance"): the hand
leaves its rest, does one or more strokes, may stay, and goes back. So a hand that goes out, stays
and comes back is counted once, and so is a row of beats.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workers.engines.body.geometry import Signals
from workers.engines.body.measures import hand_to_face, hands, seconds, step
from workers.engines.timeline import Floats, Mask, rounded, runs

MOVING, STROKE = 0.4, 0.7
"""Shoulder widths a second: a hand moves above the first; a gesture is above the second once."""
LEAST_REACH = 0.15
BREATH_S = 0.6
"""Between two strokes of one gesture."""
LONGEST_STAY_S = 2.0
"""A hand that comes back after a longer stay had made the other place its rest."""
HOME = 0.3
"""Shoulder widths about the place where the hand set out from."""
UNREST_LEAST, UNREST_LEAST_S = 0.2, 1.0
BRIDGED_S = 0.6
"""A hand unseen for this long has gone straight from where it was to where it came out."""


@dataclass
class Unit:
    """A movement of one hand, from frame `first` to frame `last`."""

    first: int
    last: int
    home: Floats
    """(2,): where it set out."""
    top: float
    """Greatest speed."""


def speed(signals: Signals) -> Floats:
    """(n, 2): of each wrist about the shoulders, shoulder widths a second; NaN where unseen."""
    return _speed(signals, signals.wrists)


def _speed(signals: Signals, wrists: Floats) -> Floats:
    found = np.full(wrists.shape[:2], np.nan)
    if len(signals.times) > 1:
        steps = np.diff(signals.times)[:, None]
        moved = np.hypot(*np.moveaxis(np.diff(wrists, axis=0), -1, 0)) / steps
        found[1:] = np.where((steps <= 1.0) & ~signals.cuts[1:, None], moved, np.nan)
    return found


def gestures(signals: Signals) -> dict[str, Any]:
    """Gestures a minute of visible upper body, their reach, each as {start, end, kind}; and
    `fidgeting_ratio`, the share of the hands' time in small movements that are none."""
    wrists = _bridged(signals)
    fast = _speed(signals, wrists)
    touching = [(item["start"], item["end"]) for item in hand_to_face(signals)["items"]]
    busy = np.zeros(fast.shape, dtype=np.bool_)
    events: list[dict[str, Any]] = []
    for side, kind in enumerate(("left", "right")):
        for unit in _units(signals, wrists[:, side], fast[:, side]):
            busy[unit.first : unit.last + 1, side] = True
            start, end = (float(signals.times[i]) for i in (unit.first, unit.last))
            places = wrists[unit.first : unit.last + 1, side]
            reach = np.nanmax(places, axis=0) - np.nanmin(places, axis=0)
            if reach.max() < LEAST_REACH or unit.top < STROKE or _meets(start, end, touching):
                continue
            events.append({"start": rounded(start), "end": rounded(end), "kind": kind})
    items = _both_hands(sorted(events, key=lambda event: event["start"]))
    seen = seconds(signals, signals.upper_body)
    reach = np.hypot(*np.moveaxis(wrists - (0.0, 0.7), -1, 0))
    moving = reach[np.nan_to_num(fast) > MOVING]
    return {
        "per_minute": rounded(len(items) / seen * 60, 2) if seen else None,
        "space": rounded(float(np.percentile(moving, 90)), 2) if len(moving) >= 5 else None,
        "hands_visible_ratio": rounded(float(hands(signals).mean())),
        "fidgeting_ratio": rounded(_fidgeting(signals, fast, busy)),
        "items": items,
    }


def _bridged(signals: Signals) -> Floats:
    """The wrists with short gaps filled by straight lines, in one shot."""
    wrists = signals.wrists.copy()
    for side in range(2):
        for a, b in runs(~np.isfinite(wrists[:, side, 0])):
            if a == 0 or b == len(wrists) or signals.cuts[a : b + 1].any():
                continue
            before, after = signals.times[a - 1], signals.times[b]
            if after - before <= BRIDGED_S + step(signals):
                share = ((signals.times[a:b] - before) / (after - before))[:, None]
                wrists[a:b, side] = (1 - share) * wrists[a - 1, side] + share * wrists[b, side]
    return wrists


def _units(signals: Signals, wrist: Floats, fast: Floats) -> Iterator[Unit]:
    """Movements joined to gestures: after a breath, or where the hand comes back from a stay."""
    open_unit: Unit | None = None
    for a, b in runs(np.nan_to_num(fast) > MOVING):
        first, last = max(0, a - 1), b - 1
        top = float(np.nanmax(fast[a:b]))
        if open_unit is not None:
            gap = float(signals.times[first] - signals.times[open_unit.last])
            if gap <= BREATH_S or (
                gap <= LONGEST_STAY_S and _comes_back(open_unit.home, wrist[first], wrist[last])
            ):
                open_unit.last, open_unit.top = last, max(open_unit.top, top)
                continue
            yield open_unit
        open_unit = Unit(first, last, wrist[first], top)
    if open_unit is not None:
        yield open_unit


def _comes_back(home: Floats, start: Floats, end: Floats) -> bool:
    """From away to home, or at least by half of the way."""
    before, after = float(np.hypot(*(start - home))), float(np.hypot(*(end - home)))
    return before > LEAST_REACH and (after <= HOME or after <= 0.5 * before) and after < before


def _meets(start: float, end: float, spans: Sequence[tuple[float, float]]) -> bool:
    return any(a - BREATH_S < end and b + BREATH_S > start for a, b in spans)


def _fidgeting(signals: Signals, fast: Floats, busy: Mask) -> float | None:
    """Share of the frames with a hand in view in which one moves by 0.2 shoulder widths a second
    or more on average over a second, outside gestures."""
    known = np.isfinite(fast)
    if not known.any():
        return None
    width = max(1, round(UNREST_LEAST_S / step(signals)))
    restless = np.zeros(len(fast), dtype=np.bool_)
    for side in range(2):
        calm = np.where(known[:, side] & ~busy[:, side], fast[:, side], 0.0)
        restless |= np.convolve(calm, np.full(width, 1 / width), mode="same") >= UNREST_LEAST
    return float(restless.sum() / known.any(axis=1).sum())


def _both_hands(events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Movements of both hands at once are one gesture."""
    joined: list[dict[str, Any]] = []
    for event in events:
        if joined and event["start"] < joined[-1]["end"] and event["kind"] != joined[-1]["kind"]:
            joined[-1] = {
                "start": joined[-1]["start"],
                "end": max(joined[-1]["end"], event["end"]),
                "kind": "both",
            }
        else:
            joined.append(dict(event))
    return joined
