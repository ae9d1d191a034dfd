"""What was done with the voice: emphasised words, rising and fading ends, monotone stretches.

Each is put into spoken sentences by resynthesis, in known places and of known size. The text comes
attached and is aligned, as a learner's would be.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from workers.training.evaluation import cases
from workers.training.evaluation.pipeline import Recording
from workers.training.evaluation.scores import Counts
from workers.training.evaluation.sounding import written
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.speech import acted
from workers.training.speech.say import Spoken
from workers.training.suites.prosody import noisy, parameters, said, spaced

EMPHASISED, RISING, FADING = 0.5, 0.33, 0.33
"""Shares of the sentences."""
KINDS = ("emphasis", "uptalk", "trailing_off")


@dataclass
class Talk:
    """Sentences in a row, and the words (by number) at which each kind of thing was done."""

    name: str
    samples: list[np.ndarray] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    done: dict[str, set[int]] = field(default_factory=lambda: {kind: set() for kind in KINDS})
    words: int = 0

    def add(self, spoken: Spoken, text: str) -> None:
        self.samples.append(spoken.samples)
        self.text.append(text)
        self.words += len(spoken.words)

    def sound(self, noise: dict[str, Any], seed: int) -> np.ndarray:
        sound = noisy(np.concatenate(self.samples), noise, seed)
        return sound * 0.5 / float(np.abs(sound).max())


def evaluate(part: Part) -> Report:
    given = parameters(part)
    found = given["delivery"]
    grid = list(itertools.product(found["voices"], found["noises"]))
    counts = dict.fromkeys(KINDS, Counts())
    outcomes = []
    for number, (voice, noise) in enumerate(cases.some(grid, part, 1)):
        seed = found["seed"] + number
        talk = _talk(given, voice, seed, few=part == "small")
        section = _fluency(talk, noise, seed)
        for kind in KINDS:
            outcome, count = _judge(f"{talk.name}-{noise['kind']}-{kind}", talk, kind, section)
            outcomes.append(outcome)
            counts[kind] += count
    share, monotone = _monotone(given, part)
    return Report(
        "delivery", part, "rostrum fluency rules, praat",
        [
            *itertools.chain.from_iterable(
                counts[kind].figures(kind, target=0.85) for kind in KINDS
            ),
            Figure("monotone.right", share, target=0.9, n=len(monotone),
                   note="share of the time rightly called monotone or not"),
        ],
        [*outcomes, *monotone],
    )  # fmt: skip


def _talk(given: dict[str, Any], voice: dict[str, Any], seed: int, *, few: bool) -> Talk:
    """All sentences by one voice, with what is done in them by chance."""
    chance = np.random.default_rng(seed)
    found = given["delivery"]
    talk = Talk(f"{voice['flite']}-{voice.get('pitch_hz', 0)}")
    sentences = [sentence for text in given["texts"] for sentence in text]
    for text in sentences[: 8 if few else None]:
        spoken = said(voice, [text])
        first = talk.words
        if chance.random() < EMPHASISED:
            word = int(chance.choice(_heavy(spoken)))
            how = found["emphases"][chance.integers(len(found["emphases"]))]
            act = acted.emphasis(spoken, word, how["semitones"], how["stretch"])
            spoken = acted.acted(spoken, act)
            at = spoken.words[word]
            spoken = acted.louder(spoken, at.start, at.end, how["db"])
            talk.done["emphasis"].add(first + word)
        ending, end = chance.random(), spoken.words[-1].end
        last = first + len(spoken.words) - 1
        if ending < RISING:
            size = found["rises_semitones"][chance.integers(len(found["rises_semitones"]))]
            spoken = acted.acted(spoken, acted.rise(end, size))
            talk.done["uptalk"].add(last)
        elif ending < RISING + FADING:
            size = found["fades_db"][chance.integers(len(found["fades_db"]))]
            spoken = acted.fading(spoken, end, size)
            talk.done["trailing_off"].add(last)
        talk.add(spoken, text)
    return talk


def _heavy(spoken: Spoken) -> list[int]:
    """Words that somebody would emphasise: of five letters or more, not the last one."""
    long = [i for i, word in enumerate(spoken.words[:-1]) if len(word.text) >= 5]
    return long or [0]


def _fluency(talk: Talk, noise: dict[str, Any], seed: int) -> dict[str, Any]:
    with (
        written(talk.sound(noise, seed)) as path,
        Recording(path, text=" ".join(talk.text)) as recording,
    ):
        found = recording.run("audio", "prosody", "transcribe", "fluency")
        return found["fluency"]["section"]


def _judge(name: str, talk: Talk, kind: str, section: dict[str, Any]) -> tuple[Outcome, Counts]:
    got = {item["last_word"] for item in (section.get(kind) or {}).get("items") or []}
    expected = talk.done[kind]
    words = " ".join(talk.text).split()

    def told(numbers: Iterable[int]) -> list[str]:
        return [f"{number} {words[number]}" for number in sorted(numbers)]

    missed, wrong = expected - got, got - expected
    error = "; ".join(
        f"{what}: {', '.join(told(which))}"
        for what, which in (("missed", missed), ("wrong", wrong)) if which
    )  # fmt: skip
    counts = Counts(len(expected & got), len(wrong), len(missed))
    return Outcome(name, told(expected), told(got), error), counts


def _monotone(given: dict[str, Any], part: Part) -> tuple[float, list[Outcome]]:
    """Half of each recording flat, half lively; share of seconds rightly told apart."""
    found = given["delivery"]
    grid = list(
        itertools.product(
            found["voices"], zip(found["flat_sd_semitones"], found["lively_sd_semitones"],
                                 strict=True)
        )
    )  # fmt: skip
    outcomes, right, seconds = [], 0.0, 0.0
    for number, (voice, (flat, lively)) in enumerate(cases.some(grid, part, 1)):
        sentences = [s for text in given["texts"] for s in text]
        half = 4 if part == "small" else len(sentences) // 2
        flat_first = number % 2 == 0
        parts = [
            acted.with_melody(said(voice, spaced(part_of, found["pause_s"])), sd)
            for part_of, sd in (
                (sentences[:half], flat if flat_first else lively),
                (sentences[half : 2 * half], lively if flat_first else flat),
            )
        ]  # fmt: skip
        edge, end = parts[0].duration, parts[0].duration + parts[1].duration
        expected = (0.0, edge) if flat_first else (edge, end)
        with (
            written(np.concatenate([one.samples for one in parts]) * 0.7) as path,
            Recording(path) as recording,
        ):
            items = recording.run("audio", "prosody")["prosody"]["section"]["monotone"]["items"]
        inside = sum(
            max(0.0, min(one["end"], expected[1]) - max(one["start"], expected[0])) for one in items
        )
        outside = sum(one["end"] - one["start"] for one in items) - inside
        good = end - (expected[1] - expected[0] - inside) - outside
        right, seconds = right + good, seconds + end
        outcomes.append(Outcome(
            f"{voice['flite']}-{voice.get('pitch_hz', 0)}-{flat}-{lively}",
            [round(value, 1) for value in expected],
            [[one["start"], one["end"]] for one in items],
            "" if good / end > 0.9 else f"{good / end:.0%} right",
        ))  # fmt: skip
    return right / seconds, outcomes
