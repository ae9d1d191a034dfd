"""How far a text may be trusted: 0-1, meant to be the share of its words that are right.

PocketSphinx: logistic in the mean posterior of its words, the words it found per second of speech
(where it is lost it finds few) and the signal-to-noise ratio, fitted by
`python -m workers.training.calibrate_reliability` on made speech of many voices, tempos, noises and
rooms (figures: docs/evaluation.md). Whisper's mean word score is taken as the forced aligner gives
it, on a curve that starts higher, since its language model is far better than its acoustic
certainty tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from workers.engines.types import Span, Word

Curve = tuple[tuple[float, float], ...]
BIAS, WEIGHTS = -7.15, (5.66, 1.07, 1.45)
"""Of the mean posterior, words a second (at most `QUICKEST`) and SNR / `CLEAN_DB` (at most 1)."""
QUICKEST = 3.2
"""Words a second: quicker speech is no clearer."""
CLEAN_DB = 30.0
UNLIKE, CLEARLY_DB = 0.4, 25.0
"""Mean posterior of English words laid over a clear recording, under which they hardly fit it: in
English 0.41 to 0.83 but for strong accents, in eleven of sixteen recordings of other languages
less."""
WHISPER: Curve = ((0.0, 0.0), (0.2, 0.3), (0.4, 0.65), (0.6, 0.88), (0.8, 0.95), (1.0, 0.98))
GIVEN: Curve = ((0.0, 0.1), (0.3, 0.3), (0.7, 1.0), (1.0, 1.0))
"""From the share of a given text's words found in the sound."""
CAPTIONED: Curve = ((0.0, 0.1), (0.3, 0.3), (0.6, 0.65), (0.8, 0.75), (0.95, 0.8), (1.0, 0.95))
"""The same of captions that another recogniser wrote: being found in the sound shows that they
belong to it. Words that sound alike are found too, and those that were left out are not missed
(`python -m workers.training.calibrate_captions`)."""
NOISY_DB, SILENT_DB = 15.0, 0.0
"""Below the first, noise takes from a recogniser's own certainty; at the second, half of it."""


class Evidence(NamedTuple):
    """What a recogniser leaves to judge it by."""

    certainty: float
    """Mean posterior of its words."""
    words_per_s: float
    """Of speech as voice activity found it."""
    snr_db: float | None

    @staticmethod
    def of(words: Sequence[Word], speech: Sequence[Span], snr_db: float | None) -> Evidence:
        spoken_s = sum(span["end"] - span["start"] for span in speech)
        mean = sum(word["confidence"] or 0.0 for word in words) / max(1, len(words))
        return Evidence(round(mean, 4), round(len(words) / max(0.1, spoken_s), 3), snr_db)

    @property
    def is_unlike_english(self) -> bool:
        """Whether hardly a word fits a sound that is clear enough to be understood."""
        clear = self.snr_db is not None and self.snr_db >= CLEARLY_DB
        return clear and self.certainty < UNLIKE

    @property
    def facts(self) -> tuple[float, float, float]:
        """As the weights want them."""
        snr = CLEAN_DB if self.snr_db is None else min(CLEAN_DB, max(0.0, self.snr_db))
        return self.certainty, min(QUICKEST, self.words_per_s), snr / CLEAN_DB


def from_evidence(evidence: Evidence) -> float:
    """Reliability of what PocketSphinx heard."""
    if not evidence.words_per_s:
        return 0.0
    score = BIAS + sum(w * fact for w, fact in zip(WEIGHTS, evidence.facts, strict=True))
    return round(float(1 / (1 + np.exp(-score))), 3)


def reliability(curve: Curve, certainty: float, snr_db: float | None = None) -> float:
    """Read the curve, and take up to half off in noise."""
    value = float(np.interp(certainty, [x for x, _ in curve], [y for _, y in curve]))
    if snr_db is not None and snr_db < NOISY_DB:
        quiet = max(SILENT_DB, snr_db)
        value *= 0.5 + 0.5 * (quiet - SILENT_DB) / (NOISY_DB - SILENT_DB)
    return round(value, 3)
