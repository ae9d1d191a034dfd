"""Talks whose every sentence has a way of being said: flat or lively, slow or quick.

Each sentence is spoken by itself (`passages.pieces`, its fillers drawn out), its melody, loudness
and tempo changed, and set after a pause. Made once a talk and kept under var.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from workers.training.evaluation.places import made_dir
from workers.training.speech.changes import Change
from workers.training.speech.passages import pieces, replaced
from workers.training.speech.say import RATE, Span, Spoken, SpokenWord, say
from workers.training.speech.voices import Samples

VERSION = 1
"""Raise it where the same sentences make another sound."""
MELODY = {"flat": 0.25, "plain": 0.9, "lively": 1.6}
"""Ratio of the pitch range."""
LOUDER_DB = {"flat": -2.5, "plain": 0.0, "lively": 2.5}
STRETCH = {"slow": 1.38, "plain": 1.17, "quick": 0.98}
"""flite says 185 words a minute by itself; plain is a speaker's 155."""
VARIED = 0.12
"""Nobody is flat or quick to the same measure twice: each value moves by up to this share."""
PAUSE_S = {"slow": (0.6, 1.3), "plain": (0.4, 0.9), "quick": (0.25, 0.5)}
"""Silence after a sentence, by its pace."""
_NOT_SAID = re.compile(r"[^\w'’-]")
"""What `passages.pieces` leaves out."""
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")


@dataclass(frozen=True)
class Said:
    """A sentence and how it is said."""

    text: str
    delivery: str
    pace: str


@dataclass(frozen=True)
class Talk:
    path: Path
    sentences: tuple[tuple[SpokenWord, ...], ...]
    """Their words as they are written, with their times."""

    @property
    def words(self) -> list[SpokenWord]:
        return list(itertools.chain.from_iterable(self.sentences))

    @property
    def spans(self) -> list[Span]:
        """When each sentence begins and ends."""
        return [(words[0].start, words[-1].end) for words in self.sentences]


def made(sentences: Sequence[Said], voice: str) -> Talk:
    """The recording, from the cache where it was made before."""
    manner = [VERSION, MELODY, LOUDER_DB, STRETCH, PAUSE_S]
    recipe = [manner, voice, *([one.text, one.delivery, one.pace] for one in sentences)]
    key = hashlib.sha256(json.dumps(recipe).encode()).hexdigest()[:20]
    sound, times = made_dir("talks") / f"{key}.flac", made_dir("talks") / f"{key}.json"
    if not (sound.exists() and times.exists()):
        samples, words = performed(sentences, voice, int(key[:8], 16))
        replaced(times, lambda path: path.write_text(json.dumps(words)))
        replaced(sound, lambda path: soundfile.write(path, samples, RATE, format="FLAC"))
    kept = json.loads(times.read_text())
    return Talk(sound, tuple(tuple(SpokenWord(*word) for word in words) for words in kept))


def performed(
    sentences: Sequence[Said], voice: str, seed: int
) -> tuple[Samples, list[list[tuple[str, float, float]]]]:
    """Make it, without the cache: the samples, and each sentence's words with their times."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    parts: list[Samples] = []
    words = []
    at = 0.0
    for number, one in enumerate(sentences):
        spoken = _spoken(one, voice, seed + number, chance)
        low, high = PAUSE_S[one.pace]
        silence = np.zeros(round(chance.uniform(low, high) * RATE), dtype=np.float32)
        words.append(
            [(word.text, round(at + word.start, 3), round(at + word.end, 3))
             for word in as_written(one.text, spoken.words)]
        )  # fmt: skip
        parts += [spoken.samples, silence]
        at += (len(spoken.samples) + len(silence)) / RATE
    sound = np.concatenate(parts)
    return (sound * 0.6 / float(np.abs(sound).max())).astype(np.float32), words


def as_written(text: str, spoken: Sequence[SpokenWord]) -> list[SpokenWord]:
    """The words as they are written, marks and all, with the times of those that were spoken:
    "3.5" is spoken as two. Evenly spread where the two do not go together."""
    tokens = [token for token in text.split() if any(char.isalnum() for char in token)]
    parts = [max(1, len(_NOT_SAID.sub(" ", _THOUSANDS.sub("", token)).split())) for token in tokens]
    if sum(parts) != len(spoken):
        edges = np.linspace(spoken[0].start, spoken[-1].end, len(tokens) + 1)
        return [
            SpokenWord(token, float(start), float(end))
            for token, (start, end) in zip(tokens, itertools.pairwise(edges), strict=True)
        ]
    found, first = [], 0
    for token, count in zip(tokens, parts, strict=True):
        found.append(SpokenWord(token, spoken[first].start, spoken[first + count - 1].end))
        first += count
    return found


def _spoken(one: Said, voice: str, seed: int, chance: random.Random) -> Spoken:
    def varied(value: float) -> float:
        return value * (1 + chance.uniform(-VARIED, VARIED))

    change = Change(stretch=varied(STRETCH[one.pace]), liveliness=varied(MELODY[one.delivery]))
    plain = say(*pieces(_THOUSANDS.sub("", one.text), seed), voice=voice, lead=0.05, tail=0.05)
    spoken = plain.changed(change)
    level = LOUDER_DB[one.delivery] + chance.uniform(-1, 1)
    return spoken.heard_as((spoken.samples * 10 ** (level / 20)).astype(np.float32))
