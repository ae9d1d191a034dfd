"""PocketSphinx: recognising a stretch of sound, and laying given words over it.

Both work on stretches of at most half a minute, so memory does not grow with the recording.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workers.engines.asr.pronounce import english
from workers.engines.asr.vocabulary import Expected
from workers.engines.types import SAMPLE_RATE

Samples = NDArray[np.float32]
FRAME_S = 0.01
BEAMS = {"maxhmmpf": 3000, "maxwpf": 10}
"""Narrower than the defaults: half the time, the same words on clean speech."""
MODEL = "en-us"
FAVOUR = 80.0
"""How often likelier than any word of the dictionary a word is that the session leads to expect."""
FAVOURED = "+"
"""Marks a favoured word's own entry in dictionary and language model."""


@dataclass(frozen=True)
class Heard:
    """A word with its times (s, from the start of the samples) and posterior probability."""

    word: str
    start: float
    end: float
    probability: float


def engine_name() -> str:
    return f"pocketsphinx {version('pocketsphinx')}"


class Recogniser:
    """Free recognition, by the model's own language model or by one made of `sentences`.

    Words `expected` besides are as likely as `FAVOUR` says, whether the dictionary has them or not.
    """

    def __init__(
        self, sentences: list[list[str]] | None = None, expected: Sequence[Expected] = (),
        favour: float = FAVOUR, **options: Any,
    ) -> None:  # fmt: skip
        self._written = {FAVOURED + word.word: word.written for word in expected}
        if sentences is None:
            self._decoder = decoder(**options)
            _favour(self._decoder, expected, favour)
            return
        with tempfile.TemporaryDirectory() as folder:
            model, words = Path(folder, "given.lm"), Path(folder, "given.dict")
            model.write_text(_language_model(sentences), encoding="utf-8")
            words.write_text(_dictionary(sentences), encoding="utf-8")
            self._decoder = decoder(lm=str(model), dict=str(words))

    def hear(self, samples: Samples) -> list[Heard]:
        return [
            replace(heard, word=self._written.get(heard.word, heard.word))
            for heard in hear(self._decoder, samples)
        ]


class Aligner:
    """Lays exactly the given words over a stretch of sound."""

    def __init__(self) -> None:
        self._decoder = decoder(lm=None)

    def lay(self, words: list[str], samples: Samples) -> list[Heard] | None:
        """One Heard for each word, in order; None where the sound cannot hold them."""
        for word in words:
            _know(self._decoder, word)
        try:
            self._decoder.set_align_text(" ".join(words))
            found = hear(self._decoder, samples)
        except RuntimeError:
            return None
        return found if [heard.word for heard in found] == words else None


def decoder(**options: Any) -> Any:
    """A decoder with the settings of the product, and `options` above them."""
    from pocketsphinx import Decoder

    return Decoder(**{"samprate": SAMPLE_RATE, "loglevel": "FATAL", **BEAMS, **options})


def _favour(decoder: Any, expected: Sequence[Expected], favour: float) -> None:
    """Make each word at least as likely anywhere as `favour`. Those the model has are less likely
    than that get a second entry, since their own probability cannot be changed."""
    model = decoder.get_lm()
    model.add_word(FAVOURED, favour)
    enough = model.prob([FAVOURED])
    entries: list[tuple[str, str]] = []
    for word in expected:
        if model.prob([word.word]) < enough:
            name = FAVOURED + word.word
            model.add_word(name, favour)
            entries += [
                (name if number == 1 else f"{name}({number})", phones)
                for number, phones in enumerate(word.phones, start=1)
            ]
    for number, (name, phones) in enumerate(entries, start=1):
        decoder.add_word(name, phones, number == len(entries))


def _know(decoder: Any, word: str) -> None:
    if decoder.lookup_word(word) is None:
        decoder.add_word(word, english().phones(word), True)


def pcm(samples: Samples) -> bytes:
    """Signed 16-bit integers, little end first, as a decoder reads them."""
    return (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


def hear(decoder: Any, samples: Samples) -> list[Heard]:
    """What the decoder makes of the samples, taken for the whole of an utterance."""
    decoder.start_utt()
    try:
        decoder.process_raw(pcm(samples), False, True)
    finally:
        decoder.end_utt()
    return words(decoder)


def words(decoder: Any) -> list[Heard]:
    """Of the utterance as far as it was heard."""
    if decoder.hyp() is None:
        return []
    return [
        Heard(
            word=segment.word.split("(")[0],
            start=segment.start_frame * FRAME_S,
            end=(segment.end_frame + 1) * FRAME_S,
            probability=min(1.0, max(0.0, segment.prob)),
        )
        for segment in decoder.seg() or ()
        if segment.word[0] not in "<[" and segment.word != "(NULL)"
    ]


def _language_model(sentences: list[list[str]]) -> str:
    """An ARPA trigram model of the sentences."""
    from pocketsphinx.lm import ArpaBoLM

    text = "\n".join(" ".join(("<s>", *words, "</s>")) for words in sentences if words)
    model = ArpaBoLM(sentfile=io.StringIO(text + "\n"))
    model.compute()
    out = io.StringIO()
    model.write(out)
    return out.getvalue()


def _dictionary(sentences: list[list[str]]) -> str:
    """Only the words of the sentences: over a whole dictionary each start takes seconds."""
    lines = []
    for word in sorted({word for sentence in sentences for word in sentence}):
        for number, phones in enumerate(english().variants(word), start=1):
            lines.append(f"{word if number == 1 else f'{word}({number})'} {phones}\n")
    return "".join(lines)


def cased(word: str) -> str:
    """As it is written in a sentence."""
    return word.capitalize() if word == "i" or word.startswith("i'") else word


@cache
def has_word(word: str) -> bool:
    """Whether the English dictionary has it as it stands."""
    return word in english().known
