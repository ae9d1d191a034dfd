"""How far a text may be trusted: 0-1, meant to be the share of its words that are right.

First calibration, on four flite voices and festival clean and with white noise at 10-40 dB, and
on one human recording: the mean posterior of PocketSphinx's words against 1 - word error rate
(0.72 -> 0.94, 0.60 -> 0.80, 0.50 -> 0.65-0.75, 0.38 -> 0.45, 0.20 -> 0.15). Whisper's mean word
score is taken as the forced aligner gives it, on a curve of its own that starts higher, since its
language model is far better than its acoustic certainty tells.
"""

from __future__ import annotations

import numpy as np

Curve = tuple[tuple[float, float], ...]
POCKETSPHINX: Curve = (
    (0.0, 0.0), (0.2, 0.1), (0.35, 0.4), (0.5, 0.65), (0.6, 0.78), (0.7, 0.9), (1.0, 0.97),
)  # fmt: skip
WHISPER: Curve = ((0.0, 0.0), (0.2, 0.3), (0.4, 0.65), (0.6, 0.88), (0.8, 0.95), (1.0, 0.98))
GIVEN: Curve = ((0.0, 0.1), (0.3, 0.3), (0.7, 1.0), (1.0, 1.0))
"""From the share of a given text's words found in the sound."""
NOISY_DB, SILENT_DB = 15.0, 0.0
"""Below the first, noise takes from a recogniser's own certainty; at the second, half of it."""


def reliability(curve: Curve, certainty: float, snr_db: float | None = None) -> float:
    """Read the curve, and take up to half off in noise."""
    value = float(np.interp(certainty, [x for x, _ in curve], [y for _, y in curve]))
    if snr_db is not None and snr_db < NOISY_DB:
        quiet = max(SILENT_DB, snr_db)
        value *= 0.5 + 0.5 * (quiet - SILENT_DB) / (NOISY_DB - SILENT_DB)
    return round(value, 3)
