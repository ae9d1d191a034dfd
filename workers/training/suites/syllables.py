"""Syllables heard in the sound against those of the text, at several speeds, in noise and rooms."""

from __future__ import annotations

import itertools
from typing import Any

from workers.engines.fluency.inputs import read_sound
from workers.engines.fluency.syllables import said as words_and_syllables
from workers.training.evaluation import cases
from workers.training.evaluation.pipeline import Recording
from workers.training.evaluation.scores import percentile, relative_error
from workers.training.evaluation.sounding import written
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.speech.changes import Change
from workers.training.speech.rooms import Room, in_room
from workers.training.speech.voices import Samples
from workers.training.suites.prosody import noisy, parameters, said, spaced


def evaluate(part: Part) -> Report:
    given = parameters(part)
    grid = itertools.product(enumerate(given["texts"]), enumerate(given["syllables"]["voices"]))
    outcomes = [
        _heard(given["syllables"], i, text, j, voice)
        for (i, text), (j, voice) in cases.some(list(grid), part, 2)
    ]
    errors = [relative_error(one.expected, one.got) for one in outcomes]
    spoken = sum(one.expected for one in outcomes)
    return Report(
        "syllables", part, "syllable nuclei",
        [
            Figure("count.error.mean", sum(errors) / len(errors), "%", target=0.1, better="lower",
                   n=len(errors), note="by recording of four sentences"),
            Figure("count.error.p90", percentile(errors, 0.9), "%", better="lower",
                   n=len(errors)),
            Figure("count.bias", sum(one.got for one in outcomes) / spoken - 1, "%",
                   better="lower", n=spoken, note="all heard over all spoken, less one"),
            Figure("count.within_10_percent", sum(e <= 0.1 for e in errors) / len(errors),
                   n=len(errors)),
        ],
        outcomes,
    )  # fmt: skip


def _heard(
    given: dict[str, Any], i: int, text: list[str], j: int, voice: dict[str, Any]
) -> Outcome:
    """A text by a voice, its tempo, room and noise taken in turn."""
    stretch = given["stretches"][(i + j) % len(given["stretches"])]
    spoken = said(voice, spaced(text, given["pause_s"])).changed(Change(stretch=stretch))
    sound, room = spoken.samples, given["rooms"][i % len(given["rooms"])]
    if room:
        sound = in_room(sound, Room(room["rt60_s"], room["distance_m"], tuple(room["size_m"])))
    noise = given["noises"][(i + 2 * j) % len(given["noises"])]
    sound = noisy(sound, noise, given["seed"] + 10 * i + j)
    expected = sum(words_and_syllables(word.text.lower())[1] for word in spoken.words)
    got = _counted(sound * (0.5 / float(abs(sound).max())))
    name = (f"{i}-{voice['flite']}-{voice.get('pitch_hz', 0)}-{stretch}-{noise['kind']}"
            f"-{'room' if room else 'dry'}")  # fmt: skip
    off = got / expected - 1
    return Outcome(name, expected, got, "" if abs(off) <= 0.1 else f"{off:+.0%}")


def _counted(sound: Samples) -> int:
    """As fluency counts them where words are unsure: after voice activity and pitch."""
    with written(sound) as path, Recording(path) as recording:
        recording.run("audio", "prosody")
        read = read_sound(recording.job("fluency"))
        return read.syllables() if read else 0
