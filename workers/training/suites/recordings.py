"""The recordings that suites of speech share: passages under many conditions, and real people."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workers.training.evaluation import cases
from workers.training.evaluation.places import recordings_dir
from workers.training.evaluation.types import Part
from workers.training.speech.changes import SAME, Change
from workers.training.speech.passages import Made, Recipe, made
from workers.training.speech.rooms import Room
from workers.training.speech.voices import DEV_VOICES, HELDOUT_VOICES, installed

VOICES: dict[Part, tuple[str, ...]] = {
    "dev": DEV_VOICES, "heldout": HELDOUT_VOICES, "small": DEV_VOICES[:1],
}  # fmt: skip


@dataclass(frozen=True)
class Condition:
    """One way of being recorded. `clear` is what a model worth its name must understand."""

    name: str
    clear: bool = False
    change: Change = SAME
    noise: str = ""
    snr_db: float | None = None
    room: Room | None = None


CONDITIONS = (
    Condition("quiet", clear=True),
    Condition("near", clear=True, room=Room(rt60_s=0.3, distance_m=0.6)),
    Condition("quick", clear=True, change=Change(stretch=0.82)),
    Condition("other voice", clear=True, change=Change(semitones=3, formants=1.08)),
    Condition("deep voice", clear=True, change=Change(semitones=-3, formants=0.93)),
    Condition("white 20 dB", noise="white", snr_db=20.0),
    Condition("pink 15 dB", noise="pink", snr_db=15.0),
    Condition("hum 15 dB", noise="hum", snr_db=15.0),
    Condition("babble 12 dB", noise="babble", snr_db=12.0),
    Condition("far", room=Room(rt60_s=0.6, distance_m=2.5)),
)


@dataclass(frozen=True)
class Take:
    """A passage recorded under a condition."""

    case: str
    voice: str
    condition: Condition
    made: Made


def takes(part: Part, each: int) -> Iterator[Take]:
    """`each` passages for every voice under every condition, the passages taken in turn.

    Different pairs of voice and condition get different passages, so that no passage decides.
    """
    passages = cases.records(cases.path(part, "speech", "passages.jsonl", kind="language"))
    turn = itertools.cycle(passages)
    conditions = CONDITIONS[:: len(CONDITIONS) - 1] if part == "small" else CONDITIONS
    for condition in conditions:
        for voice in installed(VOICES[part]):
            for passage in itertools.islice(turn, each):
                seed = len(passage["id"]) + 7 * len(voice) + ord(voice[0])
                recipe = Recipe(
                    passage["text"], voice, seed, condition.change, condition.noise,
                    condition.snr_db, condition.room,
                )  # fmt: skip
                yield Take(f"{passage['id']} {voice} {condition.name}", voice, condition,
                           made(recipe))  # fmt: skip


@dataclass(frozen=True)
class Real:
    """A recording of a person whose words are known."""

    name: str
    path: Path
    text: str


KNOWN_WORDS = {
    "jfk.flac": "And so my fellow Americans ask not what your country can do for you "
    "ask what you can do for your country",
    "north_wind_and_the_sun.wav": "the north wind and the sun",
}


def real() -> list[Real]:
    """Those of the recordings with known words that this machine has."""
    found = [Real(name, recordings_dir() / name, text) for name, text in KNOWN_WORDS.items()]
    return [recording for recording in found if recording.path.exists()]
