"""What is wrong with the recording, and which measures it makes unreliable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workers.engines.prosody.talkers import Voices
from workers.engines.types import MediaInput

CLIPPED_SHARE = 0.001
NOISY_DB, VERY_NOISY_DB = 15.0, 8.0
ECHOING_S = 0.6

_LEVEL = (
    "prosody.loudness.range_lu", "prosody.loudness.variation_db", "prosody.loudness.drift_db",
    "fluency.trailing_off", "fluency.emphasis",
)  # fmt: skip
_QUALITY = ("prosody.voice.jitter", "prosody.voice.shimmer", "prosody.voice.hnr_db")
_EDGES = ("fluency.pauses", "fluency.phonation_s", "fluency.articulation_rate_syllables_per_s")
_WORDS = ("transcript.reliability",)
_PITCH = ("prosody.pitch", "prosody.monotone", "fluency.uptalk")
_MELODY = ("prosody.pitch.range_semitones", "prosody.pitch.sd_semitones",
           "prosody.pitch.voiced_ratio", "fluency.uptalk")  # fmt: skip


def warnings(
    *,
    clipping: float | None,
    noise_db: float | None,
    media: Sequence[MediaInput],
    reverberation_s: float | None = None,
    music: bool = False,
    whispered: bool = False,
    voices: Voices | None = None,
) -> list[dict[str, Any]]:
    """[{code, message, affects}]: `affects` are dotted paths of the document, or their beginnings.

    `noise_db` is the signal-to-noise ratio, `clipping` the share of the sounding samples cut off,
    `reverberation_s` the room's RT60.
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
            ("prosody.pitch.voiced_ratio", "fluency.fillers"),
            _MELODY if very else (), _LEVEL if very else (),
        ))  # fmt: skip
    if reverberation_s is not None and reverberation_s >= ECHOING_S:
        found.append(_warning(
            "echoing", "The room echoes: every sound hangs on into the next. Move closer to the "
            "microphone, or into a room with carpets and curtains.",
            _QUALITY, _EDGES, _WORDS, ("fluency.uptalk", "fluency.trailing_off"),
        ))  # fmt: skip
    if any(item["capture"].get("autoGainControl") is True for item in media):
        found.append(_warning(
            "gain_control", "The browser evened out the loudness while it recorded. Turn automatic "
            "gain control off to have loudness measured.", _LEVEL,
        ))  # fmt: skip
    if music:
        found.append(_warning(
            "music", "There is music under the voice, and what is measured may be the music's. "
            "Record without it.", _PITCH, _QUALITY, _LEVEL, _EDGES, _WORDS,
        ))  # fmt: skip
    if whispered:
        found.append(_warning(
            "whispered", "There is speech but hardly any voice in it, as in whispering or in "
            "loud noise: the pitch cannot be measured. Speak with full voice.",
            _PITCH, _QUALITY, _WORDS, ("fluency.fillers", "fluency.emphasis"),
        ))  # fmt: skip
    if voices is not None:
        found.append(_warning(
            "two_voices", f"The pitch falls into two groups, about {voices.low_hz:.0f} and "
            f"{voices.high_hz:.0f} Hz, as when two people speak: everything here would be of both. "
            "Attach a transcript with names and say which voice is yours.",
            _PITCH, _LEVEL, _EDGES, ("fluency", "content"),
        ))  # fmt: skip
    return found


def _warning(code: str, message: str, *affected: Sequence[str]) -> dict[str, Any]:
    paths = dict.fromkeys(path for group in affected for path in group)
    return {"code": code, "message": message, "affects": list(paths)}
