"""What the curves read: numbers from the sections by path, a few derived, and how sure each is.

Never read here: jitter, shimmer, HNR and absolute loudness, which measure the microphone and the
codec more than the speaker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workers.engines.types import GIVEN, OWN_VOICE, StageJob, voice_of, why_unsure

_GAIN = frozenset({"prosody.loudness.variation_db", "derived.signal_to_noise_db"})
"""Measures that a browser's automatic gain control flattens."""
_MARKS = (".", "?", "!", "…")
GAIN_DOUBT = 0.4
"""Reliability of those where gain control was on, or nobody knows."""
WARNED_DOUBT = 0.5
"""What is left of the reliability of a measure that a fault of the recording makes unsure."""
_READS = {
    "derived.long_pauses_per_minute": "fluency.pauses",
    "derived.pauses_between_thoughts": "fluency.pauses",
    "derived.articulation_speed": "fluency.articulation_rate_syllables_per_s",
    "derived.monotone_share": "prosody.monotone",
    "derived.story_completeness": "content.star",
}
"""What a derived measure is worked out from, as `prosody.warnings[].affects` names it."""
ENOUGH_S, ENOUGH_WORDS, ENOUGH_FRAMES = 60.0, 150, 50
"""From here on more speech, words or frames make a measure no surer (our choice)."""


class Measurements:
    """The sections before the score, read by path. A number that is missing is None."""

    def __init__(self, job: StageJob) -> None:
        upstream = job["upstream"]
        names = ("probe", "audio", "transcribe", "fluency", "prosody", "body", "content")
        self.sections: dict[str, dict[str, Any]] = {
            name: upstream.get(name) or {} for name in names
        }
        self.sections["prosody"] = voice_of(self.sections)
        self._steady_gain = _steady_gain(job)
        self._faulty = [
            path
            for warning in self.items("prosody.warnings")
            if warning["code"] != "gain_control"  # in `_GAIN` already
            for path in warning["affects"]
        ]

    def number(self, path: str) -> float | None:
        """The measurement at a dotted path; `derived.` ones are worked out from several."""
        if path.startswith("derived."):
            return _DERIVED[path.removeprefix("derived.")](self)
        value: Any = self.sections
        for key in path.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return float(value)

    def items(self, path: str) -> list[dict[str, Any]]:
        """The list of moments at a dotted path, empty where there is none."""
        value: Any = self.sections
        for key in path.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        return [item for item in value if isinstance(item, dict)] if value else []

    @property
    def marks_sentences(self) -> bool:
        """Whether the transcript ends sentences with a mark; without any nobody knows which
        pause stands between two thoughts."""
        sentences = self.items("transcribe.sentences")
        return any(str(one.get("text")).rstrip("\"'”’)").endswith(_MARKS) for one in sentences)

    @property
    def speaking_s(self) -> float | None:
        """Seconds the learner spoke."""
        return self.number("fluency.speaking_s") or self.number("audio.speech_s")

    def reliability(self, path: str) -> float:
        """How far the number at `path` can be trusted, 0-1."""
        source = path.split(".")[0]
        sure = WARNED_DOUBT if self._is_faulty(path) else 1.0
        if path in _GAIN and not self._steady_gain:
            sure *= GAIN_DOUBT
        if source == "content" or path == "derived.story_completeness":
            return sure * self._text() * _share(self.number("content.words"), ENOUGH_WORDS)
        if source == "body" or path == "derived.hand_to_face_per_minute":
            seen = self.number("body.face_visible_ratio")
            frames = _share(self.number("body.frames_analysed"), ENOUGH_FRAMES)
            return sure * frames * (0.5 if seen is None else min(1.0, 0.2 + seen))
        if path == "audio.clipping_ratio":
            return sure
        if path == "derived.pauses_between_thoughts":
            sure *= self._text()
        if source == "fluency" and "pauses" not in path:
            sure *= self._text()
        return sure * _share(self.speaking_s, ENOUGH_S)

    def _is_faulty(self, path: str) -> bool:
        read = _READS.get(path, path)
        return any(read == part or read.startswith(f"{part}.") for part in self._faulty)

    def _text(self) -> float:
        transcript = self.sections["transcribe"]
        if transcript.get("source") in GIVEN and why_unsure(transcript) is None:
            return 1.0
        found = self.number("transcribe.reliability")
        return 0.5 if found is None else found


def _share(value: float | None, enough: float) -> float:
    """0.2 for next to nothing, 1 from `enough` on."""
    return 0.2 + 0.8 * min(1.0, (value or 0.0) / enough)


def _steady_gain(job: StageJob) -> bool:
    """Whether the browser said that it left the gain alone for the sound that was measured."""
    sounds = [media for media in job["media"] if media["role"] in ("audio", "camera")]
    return bool(sounds) and all(
        media["capture"].get("autoGainControl") is False for media in sounds
    )


def _long_pauses(found: Measurements) -> float | None:
    count, spoken = found.number("fluency.pauses.long_count"), found.speaking_s
    if count is None or not spoken or found.number("fluency.pauses.per_minute") is None:
        return None
    return 60 * count / spoken


def _pauses_between(found: Measurements) -> float | None:
    ratio = found.number("fluency.pauses.at_boundary_ratio")
    return ratio if found.marks_sentences else None


def _monotone_share(found: Measurements) -> float | None:
    own = OWN_VOICE in found.sections["fluency"]
    spoken = found.speaking_s if own else found.number("audio.speech_s") or found.speaking_s
    if not spoken or spoken < 10 or found.number("prosody.pitch.sd_semitones") is None:
        return None
    flat = sum(one["end"] - one["start"] for one in found.items("prosody.monotone.items"))
    return min(1.0, flat / spoken)


def _signal_to_noise(found: Measurements) -> float | None:
    measured = found.number("prosody.signal_to_noise_db")
    return found.number("audio.signal_to_noise_db") if measured is None else measured


def _hand_to_face(found: Measurements) -> float | None:
    rate = found.number("body.hand_to_face.per_minute")
    if rate is not None:
        return rate
    count, duration = found.number("body.hand_to_face.count"), found.number("probe.duration_s")
    return 60 * count / duration if count is not None and duration else None


def _story(found: Measurements) -> float | None:
    """Completeness of the stories told; none told where one was asked for counts as nothing.

    None where no answer tells a story and no question asks for one.
    """
    total, words = 0.0, 0
    for answer in found.items("content.answers"):
        star = answer["star"]
        if star["completeness"] is not None:
            total += star["completeness"] * answer["words"]
        elif not star.get("expected") or answer["words"] < 50:
            continue
        words += answer["words"]
    return total / words if words else None


_DERIVED: dict[str, Callable[[Measurements], float | None]] = {
    "long_pauses_per_minute": _long_pauses,
    "pauses_between_thoughts": _pauses_between,
    "monotone_share": _monotone_share,
    "signal_to_noise_db": _signal_to_noise,
    "hand_to_face_per_minute": _hand_to_face,
    "story_completeness": _story,
    "articulation_speed": lambda m: m.number("fluency.articulation_rate_syllables_per_s"),
}
