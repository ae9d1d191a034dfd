"""PocketSphinx: recognising a stretch of sound, and laying given words over it.

Both work on stretches of at most half a minute, so memory does not grow with the recording.
"""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workers.engines.asr.pronounce import english
from workers.engines.types import SAMPLE_RATE

Samples = NDArray[np.float32]
FRAME_S = 0.01
BEAMS = {"maxhmmpf": 3000, "maxwpf": 10}
"""Narrower than the defaults: half the time, the same words on clean speech."""
MODEL = "en-us"
FFT, HOP = 512, 128
NOISE_PERCENTILE, NOISE_FACTOR, GAIN_FLOOR = 10, 2.4, 0.05
"""Spectral subtraction: the quietest tenth of each band is its noise. On noisy and on human
speech it halves the word error rate; on clean speech it changes nothing."""


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
    """Free recognition, by the model's own language model or by one made of `sentences`."""

    def __init__(self, sentences: list[list[str]] | None = None) -> None:
        if sentences is None:
            self._decoder = _decoder()
            return
        with tempfile.TemporaryDirectory() as folder:
            model, words = Path(folder, "given.lm"), Path(folder, "given.dict")
            model.write_text(_language_model(sentences), encoding="utf-8")
            words.write_text(_dictionary(sentences), encoding="utf-8")
            self._decoder = _decoder(lm=str(model), dict=str(words))

    def hear(self, samples: Samples) -> list[Heard]:
        _listen(self._decoder, denoised(samples))
        return _words(self._decoder)


class Aligner:
    """Lays exactly the given words over a stretch of sound."""

    def __init__(self) -> None:
        self._decoder = _decoder(lm=None)

    def lay(self, words: list[str], samples: Samples) -> list[Heard] | None:
        """One Heard for each word, in order; None where the sound cannot hold them."""
        for word in words:
            _know(self._decoder, word)
        try:
            self._decoder.set_align_text(" ".join(words))
            _listen(self._decoder, samples)
        except RuntimeError:
            return None
        found = _words(self._decoder)
        return found if [heard.word for heard in found] == words else None


def denoised(samples: Samples) -> Samples:
    """The samples with each band's steady noise taken off (spectral subtraction, Boll 1979)."""
    from scipy.ndimage import uniform_filter
    from scipy.signal import istft, stft

    if len(samples) < 4 * FFT:
        return samples
    _, _, spectrum = stft(samples, SAMPLE_RATE, nperseg=FFT, noverlap=FFT - HOP)
    power = np.abs(spectrum) ** 2
    noise = np.percentile(power, NOISE_PERCENTILE, axis=1, keepdims=True) * NOISE_FACTOR
    gain = np.maximum(1 - noise / np.maximum(power, 1e-12), GAIN_FLOOR)
    _, clean = istft(
        spectrum * uniform_filter(gain, (3, 3)), SAMPLE_RATE, nperseg=FFT, noverlap=FFT - HOP
    )
    return clean[: len(samples)].astype(np.float32)


def _decoder(**options: Any) -> Any:
    from pocketsphinx import Decoder

    return Decoder(samprate=SAMPLE_RATE, loglevel="FATAL", **BEAMS, **options)


def _know(decoder: Any, word: str) -> None:
    if decoder.lookup_word(word) is None:
        decoder.add_word(word, english().phones(word), True)


def _listen(decoder: Any, samples: Samples) -> None:
    pcm = (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
    decoder.start_utt()
    try:
        decoder.process_raw(pcm, False, True)
    finally:
        decoder.end_utt()


def _words(decoder: Any) -> list[Heard]:
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


@cache
def has_word(word: str) -> bool:
    """Whether the English dictionary has it as it stands."""
    return word in english().known
