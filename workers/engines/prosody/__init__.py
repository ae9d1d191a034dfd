"""The voice: pitch, loudness, voice quality and noise, by Praat and EBU R128 (DESIGN.md section 5).

Everything is measured during speech only. Rises at the end of statements need sentences and are
measured in `fluency` (`fluency.uptalk`), from the `pitch` artifact this stage leaves.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from workers.engines.envelope import noise_and_speech_db, read_envelope
from workers.engines.prosody import clarity, reverberation, voice
from workers.engines.prosody import loudness as loud
from workers.engines.prosody import pitch as pitches
from workers.engines.prosody.cautions import warnings
from workers.engines.prosody.talkers import Voices, two_voices
from workers.engines.timeline import keep_arrays, keep_json, merge, rounded, series, total
from workers.engines.trim import series_inside, trim_of
from workers.engines.types import (
    ArtifactFile,
    EngineError,
    Report,
    Span,
    StageJob,
    StageOutput,
    Withheld,
)

_REASONS = {
    "no_speech": "No speech was found in the recording.",
    "too_little_voice": "There is less than half a second of voiced speech to measure.",
    "whispered": "There is speech but hardly any voice in it, as in whispering: it has no pitch.",
    "too_short": "The recording is too short for this.",
    "no_decays": "Too few sounds die away clearly enough to hear the room in.",
    "weights_unreadable": "The model that hears this cannot be read on this machine.",
    "no_noise": "There is no moment without speech to hear the room in.",
}


def run(job: StageJob, report: Report) -> StageOutput:
    """Measure the `audio` artifact. Raises EngineError where there is none."""
    import parselmouth

    path = job["artifacts"].get("audio")
    if path is None:
        raise EngineError("no_audio", "The sound of this recording was not decoded.", retry=True)
    speech = merge(job["upstream"].get("audio", {}).get("speech", []))
    engine = f"praat {parselmouth.PRAAT_VERSION} (parselmouth {parselmouth.__version__})"
    trim = trim_of(job["settings"])
    clear = clarity.loaded(job["settings"].get("engines") or {})
    section, withheld, artifacts, voices = _measure(
        path, speech, trim, clear.value, job["workdir"], report
    )
    heard = job["upstream"].get("audio", {})
    section["warnings"] = warnings(
        clipping=heard.get("clipping_ratio"),
        noise_db=section["signal_to_noise_db"],
        reverberation_s=section["reverberation_s"],
        media=job["media"],
        music=any(one["code"] == "music" for one in heard.get("warnings") or ()),
        whispered=any(one["code"] == "whispered" for one in withheld),
        voices=voices,
    )
    report(1.0)
    return {
        "section": section,
        "withheld": withheld,
        "artifacts": artifacts,
        "engine": engine,
        "model": clear.name,
    }


def _measure(
    path: str, speech: list[Span], trim: Span | None, classify: clarity.Classifier | None,
    workdir: str, report: Report,
) -> tuple[dict[str, Any], list[Withheld], list[Any], Voices | None]:  # fmt: skip
    envelope = read_envelope(path)
    report(0.1)
    pitch = pitches.two_pass(
        path, envelope, speech, progress=lambda ratio: report(0.1 + 0.6 * ratio)
    )
    loudness = loud.read_loudness(path)
    report(0.85)
    noise, level = noise_and_speech_db(envelope, speech)
    measured = pitches.measure(pitch, total(speech))
    whispered = pitches.is_whispered(measured, total(speech))
    if whispered:
        measured = dict.fromkeys(measured) | {"voiced_ratio": measured["voiced_ratio"]}
        pitch = replace(pitch, hz=np.zeros_like(pitch.hz))
    section: dict[str, Any] = {
        "pitch": measured,
        "loudness": loud.measure(loudness, speech),
        "voice": voice.measure(path, pitch),
        "monotone": {"items": pitches.monotone(pitch)},
        "signal_to_noise_db": _signal_to_noise(noise, level),
        "reverberation_s": rounded(
            reverberation.measure(path, speech, trim["end"] if trim else None), 2
        ),
        "clarity": {
            "muffled_ratio": rounded(clarity.muffled(path, speech, classify) if classify else None)
        },
    }
    artifacts = [
        keep_json(
            "series.loudness",
            series_inside(
                series(
                    loudness.momentary, start=2 * loud.STEP_S, step=loud.STEP_S, unit="LUFS",
                    digits=1,
                ),
                trim,
            ),
            workdir,
        ),
        keep_arrays(
            "loudness", workdir, lufs=loud.lufs(loudness.fine).astype(np.float32),
            start=loud.FINE_S / 2, step=loud.FINE_S,
        ),
    ]  # fmt: skip
    if not whispered:  # what reads the pitch says then that it has none
        artifacts += _pitch_files(pitch, workdir)
    voices = None if whispered else two_voices(pitch.wide or pitch, speech)
    unread = classify is None
    return section, _withheld(section, bool(speech), whispered, unread), artifacts, voices


def _pitch_files(pitch: pitches.PitchTrack, workdir: str) -> list[ArtifactFile]:
    shown = series(
        np.where(pitch.hz > 0, pitch.hz, np.nan),
        start=pitch.start, step=pitch.step, unit="Hz", digits=1,
    )  # fmt: skip
    return [
        keep_json("series.pitch", shown, workdir),
        keep_arrays(
            "pitch", workdir, hz=pitch.hz.astype(np.float32), start=pitch.start, step=pitch.step
        ),
    ]


def _signal_to_noise(noise_db: float | None, speech_db: float | None) -> float | None:
    """10 log10 of speech power, less the noise in it, over noise power."""
    if noise_db is None or speech_db is None:
        return None
    noise, speech = 10 ** (noise_db / 10), 10 ** (speech_db / 10)
    return rounded(10 * np.log10(max(speech - noise, noise * 0.01) / noise), 1)


def _withheld(
    section: dict[str, Any], has_speech: bool, whispered: bool, unread: bool
) -> list[Withheld]:
    """One entry for each null."""
    voiceless = "whispered" if whispered else "too_little_voice"
    codes = {
        "pitch": voiceless, "voice": voiceless, "loudness": "too_short",
        "signal_to_noise_db": "no_noise", "reverberation_s": "no_decays",
        "clarity": "weights_unreadable" if unread else "too_short",
    }  # fmt: skip
    entries: list[Withheld] = []
    for name, value in section.items():
        leaves = value.items() if isinstance(value, dict) else [("", value)]
        for key, leaf in leaves:
            if leaf is None:
                code = codes[name] if has_speech else "no_speech"
                path = f"/prosody/{name}/{key}".rstrip("/")
                entries.append({"path": path, "code": code, "message": _REASONS[code]})
    return entries
