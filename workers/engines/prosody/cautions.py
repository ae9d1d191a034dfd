"""What is wrong with the recording, and which measures it makes unreliable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workers.engines.types import MediaInput

CLIPPED_SHARE = 0.001
NOISY_DB, VERY_NOISY_DB = 15.0, 8.0

_LEVEL = (
    "prosody.loudness.range_lu", "prosody.loudness.variation_db", "prosody.loudness.drift_db",
)  # fmt: skip
_QUALITY = ("prosody.voice.jitter", "prosody.voice.shimmer", "prosody.voice.hnr_db")
_EDGES = ("fluency.pauses", "fluency.phonation_s", "fluency.articulation_rate_syllables_per_s")
_WORDS = ("transcript.reliability",)
_MELODY = ("prosody.pitch.range_semitones", "prosody.pitch.sd_semitones",
           "prosody.pitch.voiced_ratio", "fluency.uptalk")  # fmt: skip


def warnings(
    *,
    clipping: float | None,
    noise_db: float | None,
    media: Sequence[MediaInput],
) -> list[dict[str, Any]]:
    """[{code, message, affects}]: `affects` are dotted paths of the document, or their beginnings.

    `noise_db` is the signal-to-noise ratio, `clipping` the share of the sounding samples cut off.
    """
    found = []
    if clipping is not None and clipping >= CLIPPED_SHARE:
        found.append(_warning(
            "clipped", "The microphone was overdriven: loud moments are cut off. Turn its level "
            "down or move back a little.", _LEVEL, _QUALITY,
        ))  # fmt: skip
    if noise_db is not None and noise_db < NOISY_DB:
        very = noise_db < VERY_NOISY_DB
        found.append(_warning(
            "noisy", "The voice hardly stands out from the noise around it. Find a quieter place "
            "or move closer to the microphone.", _QUALITY, _EDGES, _WORDS,
            ("prosody.pitch.voiced_ratio",), _MELODY if very else (), _LEVEL if very else (),
        ))  # fmt: skip
    if any(item["capture"].get("autoGainControl") is True for item in media):
        found.append(_warning(
            "gain_control", "The browser evened out the loudness while it recorded. Turn automatic "
            "gain control off to have loudness measured.", _LEVEL,
        ))  # fmt: skip
    return found


def _warning(code: str, message: str, *affected: Sequence[str]) -> dict[str, Any]:
    paths = dict.fromkeys(path for group in affected for path in group)
    return {"code": code, "message": message, "affects": list(paths)}
