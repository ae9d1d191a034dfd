"""Pitch: known contours from 75 to 400 Hz, octave errors, and windows against the whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from workers.engines.envelope import read_envelope
from workers.engines.prosody import pitch
from workers.engines.timeline import Floats
from workers.engines.types import SAMPLE_RATE, Span
from workers.training.evaluation.scores import percentile
from workers.training.evaluation.sounding import written
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.speech.source import STEP_S, Voiced, voice
from workers.training.speech.voices import Samples
from workers.training.suites.prosody import noisy, parameters

OCTAVE_SEMITONES = 6.0
"""A frame further off than this is on another harmonic, not mismeasured."""
JOINED = 18
"""Contours in a row that make one recording, longer than a window."""


@dataclass(frozen=True)
class Case:
    name: str
    made: Voiced
    sound: Samples
    is_clear: bool
    """No noise, and a voice whose pulses are all alike."""


@dataclass(frozen=True)
class Judged:
    """Errors of one contour: of the median (share), of the range (semitones), by frame."""

    median: float
    """Of the frames that are voiced in truth and in what was heard."""
    stated: float
    """Of the median that the document states: with what voicing itself gets wrong."""
    range: float
    octaves: int
    frames: int
    true: int
    heard: int
    told: Outcome


def evaluate(part: Part) -> Report:
    given = parameters(part)["pitch"]
    cases = list(_cases(given, part))
    found = [_judge(case) for case in cases]
    clear = [one for one, case in zip(found, cases, strict=True) if case.is_clear]
    hard = [one for one, case in zip(found, cases, strict=True) if not case.is_clear]
    frames = sum(one.frames for one in found)
    apart = [
        value
        for first in range(0, len(cases), JOINED)
        for value in _apart(cases[first : first + JOINED], given["windows_s"])
    ]
    return Report(
        "pitch", part, "praat (parselmouth)",
        [
            *_errors("clear", clear),
            *_errors("hard", hard),
            Figure("octaves.share", sum(one.octaves for one in found) / frames, target=0.001,
                   better="lower", n=frames, note="voiced frames over 6 semitones off"),
            Figure("voicing.recall", frames / sum(one.true for one in found), n=frames),
            Figure("voicing.precision", frames / sum(one.heard for one in found), n=frames,
                   note="10 ms at each end of a syllable count as unvoiced"),
            Figure("windows.worst", max(apart), "semitones", target=0.1, better="lower",
                   n=len(apart), note="windowed against whole, frames that both call voiced"),
            Figure("windows.p99", percentile(apart, 0.99), "semitones", better="lower",
                   n=len(apart)),
        ],
        [one.told for one in found],
    )  # fmt: skip


def _errors(group: str, found: list[Judged]) -> list[Figure]:
    """Of the contours of a group, each held to the same."""
    if not found:
        return []
    figure = partial(Figure, better="lower", n=len(found))
    medians, stated = [one.median for one in found], [one.stated for one in found]
    ranges = [one.range for one in found]
    return [
        figure(f"{group}.median.error.worst", max(medians), "%", target=0.01),
        figure(f"{group}.median.error.mean", sum(medians) / len(found), "%"),
        figure(f"{group}.median.over", sum(one > 0.01 for one in medians),
               note="contours over 1 %"),
        figure(f"{group}.median.stated.error.worst", max(stated), "%",
               note="over all frames heard as voiced"),
        figure(f"{group}.median.stated.error.mean", sum(stated) / len(found), "%"),
        figure(f"{group}.range.error.worst", max(ranges), "semitones", target=0.5),
        figure(f"{group}.range.error.mean", sum(ranges) / len(found), "semitones"),
    ]  # fmt: skip


def _cases(given: dict[str, Any], part: Part) -> Iterator[Case]:
    number = 0
    for i, centre in enumerate(given["centres_hz"]):
        for j, contour in enumerate(given["contours"]):
            number += 1
            if part == "small" and number % 9 != 1:
                continue
            timbre = given["voices"][(i + j) % len(given["voices"])]
            noise = given["noises"][(i + 2 * j) % len(given["noises"])]
            seed = given["seed"] + number
            made = voice(contour, timbre, centre, given["seconds"], seed)
            name = f"{centre}-{contour['shape']}-{timbre['name']}-{noise['kind']}"
            sound = noisy(made.samples.astype(np.float32), noise, seed)
            is_clear = noise["kind"] == "none" and not timbre["alternation"]
            yield Case(name, made, sound, is_clear)


def _judge(case: Case) -> Judged:
    track = _tracks([case], [None])[0]
    got = pitch.measure(track, sum(end - start for start, end in case.made.phrases))
    true = case.made.hz[case.made.hz > 0]
    low, high = np.percentile(true, (5, 95))
    median, span = float(np.median(true)), float(12 * np.log2(high / low))
    at_frames = _true_at(case.made, track.times)
    both = (at_frames > 0) & (track.hz > 0)
    off = np.abs(12 * np.log2(track.hz[both] / at_frames[both]))
    octaves = int((off > OCTAVE_SEMITONES).sum())
    median_off = abs(np.median(track.hz[both]) / np.median(at_frames[both]) - 1)
    stated_off = abs((got["median_hz"] or 0) / median - 1)
    range_off = abs((got["range_semitones"] or 0) - span)
    wrong = [
        name for name, bad in (
            ("median", median_off > 0.01), ("range", range_off > 0.5), ("octaves", octaves > 0),
        ) if bad
    ]  # fmt: skip
    return Judged(
        float(median_off), stated_off, range_off, octaves, int(both.sum()),
        int((at_frames > 0).sum()),
        int((track.hz > 0).sum()),
        Outcome(case.name, [round(median, 2), round(span, 2)],
                [got["median_hz"], got["range_semitones"], octaves], ", ".join(wrong)),
    )  # fmt: skip


def _true_at(made: Voiced, times: Floats) -> Floats:
    """The pitch in the middle of each frame, which need not be the truth's own grid; 0 where there
    is no voice on both sides of it."""
    grid = (np.arange(len(made.hz)) + 0.5) * STEP_S
    known = np.log2(np.where(made.hz > 0, made.hz, np.nan))
    return np.nan_to_num(2 ** np.interp(times, grid, known, left=np.nan, right=np.nan))


def _apart(cases: list[Case], windows_s: list[float]) -> list[float]:
    """Semitones between the whole track and each windowed one, where both are voiced."""
    whole, *windowed = _tracks(cases, [None, *windows_s])
    apart: list[float] = []
    for one in windowed:
        both = (one.hz > 0) & (whole.hz > 0)
        apart += np.abs(12 * np.log2(one.hz[both] / whole.hz[both])).tolist()
    return apart


def _tracks(cases: list[Case], windows_s: list[float | None]) -> list[pitch.PitchTrack]:
    """The pitch of the cases in a row, in windows of each length (None: in one piece)."""
    speech, at = [], 0.0
    for case in cases:
        speech += [Span(start=at + start, end=at + end) for start, end in case.made.phrases]
        at += len(case.sound) / SAMPLE_RATE
    with written(np.concatenate([case.sound for case in cases])) as path:
        envelope = read_envelope(str(path))
        return [
            pitch.two_pass(str(path), envelope, speech, window_s=window) for window in windows_s
        ]
