"""`audio`: the sound on the one clock, where there is speech in it, and how clean it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from workers.engines.levels import Levels, snr_db
from workers.engines.media import SoundReader, joined, read_clock
from workers.engines.music import is_music
from workers.engines.trim import clipped, silenced, trim_of
from workers.engines.types import (
    SAMPLE_RATE,
    ArtifactFile,
    AudioSection,
    EngineError,
    Report,
    Span,
    StageJob,
    StageOutput,
    Withheld,
)
from workers.engines.vad import MODEL, SpeechDetector

ROLES = ("audio", "camera", "screen")
"""Whose sound is the learner's, in order of preference."""


SILENT = 0.003
"""Peak below which a recording is silent: 50 dB under full scale."""
KINDS = {
    "silent": "This recording is silent. Check that the right microphone is chosen and switched "
    "on.",
    "only_music": "There is music in this recording and no speech that stands out from it, so "
    "nothing is scored. Record without music.",
    "music": "There is music under the voice: pitch, loudness and pauses may be the music's. "
    "Record without it.",
    "sound_without_speech": "There is sound in this recording but no speech was heard. Whispering "
    "and voices from far away are not heard: speak up, closer to the microphone.",
}


def run(job: StageJob, report: Report) -> StageOutput:
    """Decode once, streaming, into FLAC, voice activity, levels and waveform.

    Everything but the waveform is of what lies inside the trim. The whole sound is kept beside it,
    for a given text is placed in all of it before it is cut.
    """
    media = min(job["media"], key=lambda item: ROLES.index(item["role"]))
    source, _left_out = joined(media, job["workdir"])
    clock = read_clock(source)
    if clock.audio is None:
        raise EngineError("no_sound", "This recording has no sound to analyse.")
    limit = job["settings"]["engines"].get("max_duration_s")
    reader = SoundReader(source, clock, rate=SAMPLE_RATE, max_duration_s=limit)
    workdir = Path(job["workdir"])
    expected = float(job["upstream"].get("probe", {}).get("duration_s") or 0)
    ears = _Ears(workdir, trim_of(job["settings"]))
    with ears:
        for block in reader:
            ears.hear(np.clip(block[0], -1.0, 1.0))
            report(min(0.98, reader.seconds / expected) if expected else 0.5)
    if not reader.emitted:
        raise EngineError(
            "undecodable_sound",
            "The sound of this recording cannot be decoded. Please export it again.",
            detail="; ".join(reader.faults[:5]),
        )
    ears.finish()
    return _output(workdir, reader, ears)


class _Ears:
    """Everything that listens while the sound goes by once."""

    def __init__(self, workdir: Path, trim: Span | None) -> None:
        self.trim = trim
        self.detector, self.levels = SpeechDetector(), Levels()
        self.whole = Levels() if trim else self.levels
        """Those of all the sound, for its waveform."""
        self.files = {"audio": workdir / "audio.flac"}
        if trim:
            self.files["audio.whole"] = workdir / "audio.whole.flac"
        self._out = [
            soundfile.SoundFile(
                path, "w", samplerate=SAMPLE_RATE, channels=1, format="FLAC", subtype="PCM_16"
            )
            for path in self.files.values()
        ]

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        for file in self._out:
            file.close()

    def finish(self) -> None:
        self.detector.finish()
        self.levels.finish()
        if self.trim:
            self.whole.finish()

    def hear(self, samples: NDArray[np.float32]) -> None:
        inside = silenced(samples, self.whole.samples, self.trim)
        self.detector.push(samples)
        self.levels.push(inside)
        if self.trim:
            self.whole.push(samples)
        for file, heard in zip(self._out, (inside, samples), strict=False):
            file.write(heard)


def _output(workdir: Path, reader: SoundReader, ears: _Ears) -> StageOutput:
    whole, levels = ears.detector.spans(), ears.levels
    speech = clipped(whole, ears.trim)
    seconds = sum(one["end"] - one["start"] for one in clipped([_all(reader)], ears.trim))
    speech_db, noise_db = levels.speech_and_noise_db(speech)
    speech_s = sum((span["end"] - span["start"] for span in speech), 0.0)
    warnings = _warnings(reader, workdir / "audio.flac", levels.loudest, speech)
    section = AudioSection(
        speech_s=round(speech_s, 3),
        silence_s=round(max(0.0, seconds - speech_s), 3),
        speech=speech,
        signal_to_noise_db=snr_db(speech_db, noise_db),
        clipping_ratio=levels.clipping_ratio,
        gaps=clipped(reader.gaps, ears.trim),
    )
    withheld = []
    if section["signal_to_noise_db"] is None:
        why = ("no_speech", "There is no speech to compare the noise with.")
        if speech:
            why = ("no_noise", "Between the words this recording is perfectly silent.")
        withheld.append(
            Withheld(path="/media/sound/signal_to_noise_db", code=why[0], message=why[1])
        )
    return StageOutput(
        section={**section, "duration_s": round(reader.seconds, 3), "warnings": warnings},
        withheld=withheld,
        artifacts=[
            *(
                ArtifactFile(kind=kind, path=str(path), content_type="audio/flac")
                for kind, path in ears.files.items()
            ),
            _json(workdir, "waveform", {"peaks": ears.whole.peaks(), "duration_s": reader.seconds}),
            _json(
                workdir,
                "speech",
                {"spans": speech, "whole": whole, "noise_db": noise_db, "speech_db": speech_db},
            ),
        ],
        engine="ffmpeg (pyav)",
        model=MODEL,
    )


def _all(reader: SoundReader) -> Span:
    return Span(start=0.0, end=reader.seconds)


def _warnings(
    reader: SoundReader, flac: Path, loudest: float, speech: list[Span]
) -> list[dict[str, Any]]:
    found = [_warning(code) for code in _kinds(flac, loudest, speech)]
    if reader.faults:
        message = f"{len(reader.faults)} damaged pieces of the sound were left out."
        found.append({"code": "corrupt_sound", "message": message})
    if reader.restarts:
        found.append(
            {"code": "clock_restarted", "message": "The recording's clock starts anew inside."}
        )
    return found


def _kinds(flac: Path, loudest: float, speech: list[Span]) -> list[str]:
    """What the sound is, where it is not simply speech: a code of `NOT_SPEECH` or `music`."""
    if loudest < SILENT:
        return ["silent"]
    if is_music(flac):
        return ["music" if speech else "only_music"]
    return [] if speech else ["sound_without_speech"]


def _warning(code: str) -> dict[str, Any]:
    return {"code": code, "message": KINDS[code]}


def _json(workdir: Path, kind: str, value: dict[str, Any]) -> ArtifactFile:
    path = workdir / f"{kind}.json"
    path.write_text(json.dumps(value, separators=(",", ":")))
    return ArtifactFile(kind=kind, path=str(path), content_type="application/json")
