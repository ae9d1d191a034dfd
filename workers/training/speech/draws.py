"""Recordings drawn at random: text, voice, way of speaking, noise and room, all by one seed.

They are for fitting, so they know the voices of the development part only. The conditions reach
further than the suite's own on both sides: what is fitted must not end where the suite does.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from workers.training.evaluation import cases
from workers.training.speech.changes import Change
from workers.training.speech.passages import Made, Recipe, made
from workers.training.speech.rooms import Room
from workers.training.speech.voices import DEV_VOICES, installed

SENTENCES = (2, 3)
FILLED_SHARE = 0.5
"""How many of the clauses begin with "um" or "uh"."""
SEMITONES, FORMANTS, TEMPO, LIVELINESS = (-4.0, 5.0), (0.86, 1.16), (0.72, 1.25), (0.4, 1.4)
SNR_DB, RT60_S, DISTANCE_M, GAIN_DB = (2.0, 32.0), (0.2, 0.8), (0.4, 3.0), (-22.0, 0.0)
NOISES = ("white", "pink", "hum", "babble")


def drawn(count: int, first: int = 0) -> Iterator[tuple[Recipe, Made]]:
    """Recordings number `first` and up, always the same ones."""
    texts, voices = answers(), installed(DEV_VOICES)
    for number in range(first, first + count):
        recipe = _recipe(number, texts, voices)
        yield recipe, made(recipe)


def _recipe(number: int, texts: list[list[str]], voices: tuple[str, ...]) -> Recipe:
    chance = random.Random(number)  # noqa: S311 - repeatable, not secret
    answer = chance.choice(texts)
    size = min(len(answer), chance.randint(*SENTENCES))
    start = chance.randint(0, len(answer) - size)
    text = " ".join(_hesitant(line, chance) for line in answer[start : start + size])
    return Recipe(
        text=text, voice=voices[number % len(voices)], seed=number,
        change=_change(chance), gain_db=chance.uniform(*GAIN_DB),
        noise=chance.choice(NOISES) if chance.random() < 0.6 else "",
        snr_db=chance.uniform(*SNR_DB),
        room=_room(chance) if chance.random() < 0.5 else None,
    )  # fmt: skip


def _hesitant(line: str, chance: random.Random) -> str:
    clauses = re.split(r"(?<=,) ", line)
    return " ".join(
        f"{chance.choice(('um', 'uh'))}, {clause}" if chance.random() < FILLED_SHARE else clause
        for clause in clauses
    )


def _change(chance: random.Random) -> Change:
    if chance.random() < 0.25:
        return Change()
    return Change(
        stretch=chance.uniform(*TEMPO), semitones=chance.uniform(*SEMITONES),
        formants=chance.uniform(*FORMANTS), liveliness=chance.uniform(*LIVELINESS),
    )  # fmt: skip


def _room(chance: random.Random) -> Room:
    return Room(chance.uniform(*RT60_S), chance.uniform(*DISTANCE_M), seed=chance.randint(1, 9))


def answers() -> list[list[str]]:
    """The answers of the development part, sentence by sentence; only what can be read out."""
    written = [
        [item["text"] for item in record["sentences"]]
        for record in cases.records(cases.path("dev", "star", "star.jsonl", kind="content"))
    ]
    passages = cases.records(cases.path("dev", "speech", "passages.jsonl", kind="language"))
    written += [re.split(r"(?<=[.?!]) ", record["text"]) for record in passages]
    plain = [[line for line in answer if not re.search(r"\d|[A-Z]{2}", line)] for answer in written]
    return [answer for answer in plain if len(answer) >= SENTENCES[0]]
