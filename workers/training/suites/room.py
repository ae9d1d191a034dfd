"""The recording's own faults against simulated truth: noise, reverberation, clipping."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workers.engines.prosody.cautions import CLIPPED_SHARE, ECHOING_S
from workers.engines.types import SAMPLE_RATE
from workers.training.evaluation import cases
from workers.training.evaluation.pipeline import sections
from workers.training.evaluation.scores import Counts, percentile
from workers.training.evaluation.sounding import written
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.speech.rooms import Room, impulse_response, in_room
from workers.training.speech.voices import Samples
from workers.training.suites.prosody import noisy, parameters, said, spaced

SENTENCES = 8
"""To a recording: about half a minute."""


@dataclass(frozen=True)
class Heard:
    """What was true, and what was measured (None: withheld)."""

    case: str
    true: float
    got: float | None

    def told(self, most: float, unit: str) -> Outcome:
        off = None if self.got is None else self.got - self.true
        error = "withheld" if off is None else "" if abs(off) <= most else f"{off:+.2f} {unit}"
        return Outcome(self.case, round(self.true, 2), self.got, error)


def evaluate(part: Part) -> Report:
    given = parameters(part)
    noises, rooms = list(_noises(given, part)), list(_rooms(given, part))
    clippings = list(_clippings(given, part))
    audible = _off([one for one in noises if 5.0 <= one.true <= 30.0])
    decays = _off([one for one in rooms if one.true])
    return Report(
        "room", part, "rostrum prosody",
        [
            Figure("snr.error.mean", sum(audible) / max(1, len(audible)), "dB", target=2.0,
                   better="lower", n=len(audible), note="true ratios of 5 to 30 dB"),
            Figure("snr.error.p90", percentile(audible, 0.9), "dB", better="lower",
                   n=len(audible)),
            Figure("reverberation.error.median", percentile(decays, 0.5), "s", target=0.1,
                   better="lower", n=len(decays)),
            Figure("reverberation.error.p90", percentile(decays, 0.9), "s", better="lower",
                   n=len(decays)),
            Figure("reverberation.measured",
                   sum(one.got is not None for one in rooms) / len(rooms), n=len(rooms)),
            *_warned(rooms, ECHOING_S, ECHOING_S).figures(
                "echoing", target=0.85, note=f"warned of from {ECHOING_S} s"
            ),
            *_warned(clippings, 1e-9, CLIPPED_SHARE).figures("clipping", target=0.95),
        ],
        [
            *(one.told(3.0, "dB") for one in noises), *(one.told(0.15, "s") for one in rooms),
            *(one.told(1.0, "") for one in clippings),
        ],
    )  # fmt: skip


def _off(found: Sequence[Heard]) -> list[float]:
    return [abs(one.got - one.true) for one in found if one.got is not None]


def _warned(found: Sequence[Heard], true_from: float, got_from: float) -> Counts:
    """The warning as a detector of what deserves one."""
    pairs = [(one.true >= true_from, (one.got or 0.0) >= got_from) for one in found]
    return Counts(
        right=sum(true and got for true, got in pairs),
        wrong=sum(got and not true for true, got in pairs),
        missed=sum(true and not got for true, got in pairs),
    )


def _talks(given: dict[str, Any], count: int) -> Iterator[tuple[str, Samples]]:
    """`count` talks by the voices in turn, with other sentences each."""
    sentences = [sentence for text in given["texts"] for sentence in text]
    found = given["room"]
    for number in range(count):
        voice = found["voices"][number % len(found["voices"])]
        first = number * SENTENCES % len(sentences)
        text = (sentences + sentences)[first : first + SENTENCES]
        name = f"{number}-{voice['flite']}-{voice.get('pitch_hz', 0)}"
        yield name, said(voice, spaced(text, found["pause_s"])).samples


def _measured(sound: Samples) -> dict[str, dict[str, Any]]:
    with written(sound) as path:
        return sections(path, ("audio", "prosody"))


def _level(sound: Samples) -> Samples:
    return (sound * 0.5 / float(np.abs(sound).max())).astype(np.float32)


def _noises(given: dict[str, Any], part: Part) -> Iterator[Heard]:
    found = given["room"]
    grid = cases.some(list(itertools.product(found["noises"], found["snrs_db"])), part, 2)
    talks = zip(_talks(given, len(grid)), grid, strict=True)
    for number, ((name, sound), (kind, snr)) in enumerate(talks):
        made = noisy(sound, {"kind": kind, "snr_db": snr}, found["seed"] + number)
        got = _measured(_level(made))["prosody"]["signal_to_noise_db"]
        yield Heard(f"{name}-{kind}-{snr}", snr, got)


def _rooms(given: dict[str, Any], part: Part) -> Iterator[Heard]:
    """Each room at each distance above its noise, and no room at all."""
    found = given["room"]
    grid = list(itertools.product([None, *found["rooms"]], found["reverberant_snr_db"]))
    grid = cases.some(grid[1:], part, 2)
    talks = zip(_talks(given, len(grid)), grid, strict=True)
    for number, ((name, sound), (given_room, snr)) in enumerate(talks):
        true = 0.0
        if given_room:
            room = Room(
                given_room["rt60_s"], given_room["distance_m"], tuple(given_room["size_m"]),
                seed=number + 1,
            )  # fmt: skip
            sound, true = in_room(sound, room), _rt60(impulse_response(room))
        noise = {"kind": found["noises"][number % len(found["noises"])], "snr_db": snr}
        made = noisy(sound, noise, found["seed"] + number)
        got = _measured(_level(made))["prosody"]["reverberation_s"]
        yield Heard(f"{name}-room {true:.2f}-{snr}", true, got)


def _rt60(response: Samples) -> float:
    """By backward integration, from -5 to -30 dB (Schroeder 1965)."""
    energy = np.cumsum(response[::-1].astype(np.float64) ** 2)[::-1]
    level = 10 * np.log10(energy / energy[0])
    first, last = int(np.argmax(level < -5)), int(np.argmax(level < -30))
    slope, _ = np.polyfit(np.arange(first, last) / SAMPLE_RATE, level[first:last], 1)
    return float(-60 / slope)


def _clippings(given: dict[str, Any], part: Part) -> Iterator[Heard]:
    """The loudest `share` of the sounding samples cut flat, then turned down to `level`."""
    grid = cases.some(given["room"]["clipping"], part, 2)
    for (name, sound), clip in zip(_talks(given, len(grid)), grid, strict=True):
        most = float(np.abs(sound).max()) / 0.98
        if clip["share"]:
            most = float(np.quantile(np.abs(sound)[np.abs(sound) > 1e-4], 1 - clip["share"]))
        made = np.clip(sound / most, -1, 1) * clip["level"]
        got = _measured(made.astype(np.float32))["audio"]["clipping_ratio"]
        yield Heard(f"{name}-{clip}", clip["share"], got)
