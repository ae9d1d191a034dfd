"""Fit how far captions that another recogniser wrote may be trusted, on made speech.

    python -m workers.training.calibrate_captions [RECORDINGS]

RECORDINGS (24) as `calibrate_reliability` draws them, each with its words as a recogniser gives
them: no filled pauses, no marks, a share of the words wrong. A wrong word is one that sounds alike,
a word left out or one too many. The captions are laid over the sound as `transcribe` does, and the
share of them that is found there (`fit`) is held against the share that is right.
"""

from __future__ import annotations

import itertools
import random
import sys
from collections.abc import Iterator
from functools import cache
from heapq import nsmallest

import numpy as np
from rapidfuzz.distance import Levenshtein

from workers.engines.asr.align import align
from workers.engines.asr.given import read
from workers.engines.asr.pronounce import english
from workers.engines.asr.reliability import CAPTIONED, reliability
from workers.engines.asr.sound import Sound
from workers.engines.lexis import DATA, LINES
from workers.engines.shipped import lines
from workers.engines.types import SourceTranscript
from workers.training.evaluation.pipeline import Recording
from workers.training.evaluation.words import Timed, compare, spoken
from workers.training.speech.draws import drawn

WRONG = (0.0, 0.1, 0.2, 0.35)
"""Shares of the words that are wrong."""
ALIKE, LEFT_OUT = 0.6, 0.3
"""How many of the wrong words are others that sound alike, how many are left out; the rest are
words too many."""
NEAR = 12
"""A wrong word is one of so many that sound most like the right one."""
EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)


def main(count: int = 24) -> None:
    points = np.array(list(_points(count)))
    fit, right = points.T
    _say(f"{len(points)} captions, correlation {np.corrcoef(fit, right)[0, 1]:.2f}")
    guessed = np.array([reliability(CAPTIONED, share) for share in fit])
    _say(f"as it stands: off by {np.abs(guessed - right).mean():.2f}, "
         f"{(guessed - right).mean():+.2f} in the mean")  # fmt: skip
    for low, high in itertools.pairwise(EDGES):
        inside = (fit >= low) & (fit < high)
        if inside.any():
            _say(f"fit {low:.1f}-{high:.1f}: {inside.sum():3d}, right "
                 f"{right[inside].mean():.2f} (least {right[inside].min():.2f})")  # fmt: skip


def _points(count: int) -> Iterator[tuple[float, float]]:
    for number, (_, made) in enumerate(drawn(count)):
        said = [word for w in made.words for word in spoken(w.text, w.start, w.end)]
        with Recording(made.path, language="en") as recording:
            heard = recording.run("audio")["audio"]
            speech = heard["section"]["speech"]
            path = next(a["path"] for a in heard["artifacts"] if a["kind"] == "audio")
            with Sound(path) as sound:
                for share in WRONG:
                    chance = random.Random(f"{number} {share}")  # noqa: S311 - repeatable
                    text = " ".join(_captioned([word.text for word in said], share, chance))
                    source = SourceTranscript(kind="captions", format="txt", text=text)
                    fit = align(read(source), sound, speech, lambda _: None).fit
                    got = [Timed(word) for word in text.split()]
                    yield fit, max(0.0, 1 - compare(said, got).wer)


def _captioned(words: list[str], share: float, chance: random.Random) -> Iterator[str]:
    for word in words:
        if word in {"um", "uh"}:
            continue
        if chance.random() >= share:
            yield word
            continue
        kind = chance.random()
        if kind < ALIKE:
            yield chance.choice(_alike(word))
        elif kind > ALIKE + LEFT_OUT:
            yield word
            yield chance.choice(_common())[0]


def _alike(word: str) -> list[str]:
    sounds = english().phones(word).split()
    near = nsmallest(
        NEAR + 1, _common(), key=lambda other: Levenshtein.normalized_distance(sounds, other[1])
    )
    return [other for other, _ in near if other != word]


@cache
def _common() -> list[tuple[str, list[str]]]:
    """English words and how they sound."""
    written = (line.split()[0] for line in lines(DATA, LINES) if not line.startswith("#"))
    known = english().known
    return [(word, known[word].split()) for word in written if word in known]


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 24)
