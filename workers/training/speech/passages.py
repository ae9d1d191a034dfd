"""Recordings of written passages: a voice, a way of speaking, noise and a room, all known.

A passage is text with "um" and "uh" in it. Each recording follows from its recipe alone; it is
made once and kept under var (`made`), and two processes may make the same one at a time.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile

from workers.training.evaluation.places import made_dir
from workers.training.speech.changes import SAME, Change
from workers.training.speech.noise import babble, mixed, with_noise
from workers.training.speech.rooms import Room, in_room
from workers.training.speech.say import RATE, Filler, Piece, Spoken, SpokenWord, say
from workers.training.speech.voices import DEV_VOICES, Samples

VERSION = 1
"""Raise it where the same recipe makes another sound."""
FILLED = re.compile(r"(?i)\b(um|uh|er|erm|hmm|mm|ah)\b[,.…]*")
_CLAUSE = re.compile(r"[^.?!,;:—–…]+[.?!,;:—–…]*")
AFTER_SENTENCE_S, AFTER_COMMA_S, ROUND_FILLER_S = (0.45, 1.1), (0.08, 0.3), (0.05, 0.45)
FILLER_S, FILLER_SEMITONES = (0.22, 0.75), (-4.0, 0.5)
BABBLE = (
    "The train to the north leaves at nine and the bus will be late again today.",
    "My sister bought a house near the lake where we used to go in summer.",
    "You should have seen the garden before they cut the old trees down.",
)


@dataclass(frozen=True)
class Recipe:
    """Everything a recording follows from. Without `noise` or `room` it is clean and dry."""

    text: str
    voice: str
    seed: int = 1
    change: Change = SAME
    noise: str = ""
    """A kind of speech.noise.KINDS, or `babble`."""
    snr_db: float | None = None
    room: Room | None = None
    gain_db: float = 0.0


@dataclass(frozen=True)
class Made:
    path: Path
    words: tuple[SpokenWord, ...]
    duration: float

    @property
    def fillers(self) -> list[SpokenWord]:
        return [word for word in self.words if FILLED.fullmatch(word.text)]


def made(recipe: Recipe) -> Made:
    """The recording of a recipe, from the cache where it was made before."""
    key = hashlib.sha256(json.dumps([VERSION, asdict(recipe)]).encode()).hexdigest()[:20]
    sound, words = made_dir("speech") / f"{key}.flac", made_dir("speech") / f"{key}.json"
    if not (sound.exists() and words.exists()):
        spoken = perform(recipe)
        replaced(words, lambda path: path.write_text(_as_json(spoken)))
        replaced(sound, lambda path: soundfile.write(path, spoken.samples, RATE, format="FLAC"))
    kept = json.loads(words.read_text())
    return Made(sound, tuple(SpokenWord(*word) for word in kept["words"]), kept["duration"])


def perform(recipe: Recipe) -> Spoken:
    """Make it, without the cache."""
    spoken = say(*pieces(recipe.text, recipe.seed), voice=recipe.voice).changed(recipe.change)
    samples = spoken.samples
    if recipe.room is not None:
        samples = in_room(samples, recipe.room)
    if recipe.noise == "babble":
        others = babble(_talkers(recipe.voice), len(samples), recipe.seed)
        samples = mixed(samples, others, recipe.snr_db or 0.0)
    elif recipe.noise:
        samples = with_noise(samples, recipe.snr_db or 0.0, recipe.seed, recipe.noise)
    samples = np.clip(samples * 10 ** (recipe.gain_db / 20), -1, 1).astype(np.float32)
    return spoken.heard_as(samples)


def pieces(text: str, seed: int) -> Iterator[Piece]:
    """A passage as it is spoken: clauses, pauses after their marks, fillers of varied length."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    since = 0.0
    for clause in _CLAUSE.findall(text.replace("\n", " ")):
        at = 0
        for match in FILLED.finditer(clause):
            yield from _spoken(clause[at : match.start()], since)
            yield max(since, chance.uniform(*ROUND_FILLER_S))
            semitones = chance.uniform(*FILLER_SEMITONES)
            yield Filler(match[1].lower(), chance.uniform(*FILLER_S), semitones)
            since, at = chance.uniform(*ROUND_FILLER_S), match.end()
        if re.search(r"\w", clause[at:]):
            yield from _spoken(clause[at:], since)
            since = 0.0
        ends = re.search(r"[.?!…]", clause) is not None
        since = max(since, chance.uniform(*(AFTER_SENTENCE_S if ends else AFTER_COMMA_S)))


def _spoken(text: str, since: float) -> Iterator[Piece]:
    """Silence, then the words without the marks at which a synthesiser would pause by itself."""
    words = " ".join(re.sub(r"[^\w'’ -]", " ", text).replace("’", "'").split())
    if words:
        if since:
            yield since
        yield words


@lru_cache(maxsize=4)
def _talkers(voice: str) -> list[Samples]:
    """Voices of the dev part that are not the speaker's, said at three pitches."""
    others = [name for name in DEV_VOICES if name != voice][:2]
    return [
        say(text, voice=name).changed(Change(semitones=shift)).samples
        for name in others
        for text, shift in zip(BABBLE, (0.0, -2.0, 2.0), strict=True)
    ]


def _as_json(spoken: Spoken) -> str:
    words = [[word.text, word.start, word.end] for word in spoken.words]
    return json.dumps({"duration": spoken.duration, "words": words})


def replaced(target: Path, write) -> None:  # type: ignore[no-untyped-def]
    """Write beside it and rename, so that nobody reads half a file."""
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
    os.close(handle)
    write(Path(name))
    Path(name).replace(target)
