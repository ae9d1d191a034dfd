"""`clip`: a cut of a session's recording as a file to share, from its media and a `ClipSpec`.

Not a stage of the graph: it is made when somebody asks for it. The rest is here as for a stage: a
pure function in a process of its own, files in, a file out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av

from workers.engines.clip.captions import Cue, cues_of, masked_words, vtt
from workers.engines.clip.drawing import drawable
from workers.engines.clip.sound import RATE, hidden, levelled, read_sound
from workers.engines.clip.spec import CARD_S, SIZES
from workers.engines.clip.video import Plan, write_sound, write_video
from workers.engines.crop import AUDIO, Faces, Follow, follow, read_faces
from workers.engines.media import Clock, read_clock
from workers.engines.types import (
    CLIP_VERSION,
    ArtifactFile,
    ClipSpec,
    EngineError,
    Report,
    StageJob,
    StageOutput,
    no_room,
)

TOLERANCE_S = 0.5
"""A recording's last picture and its last sound rarely end together."""
REASONS = {
    "not_watched": "The crop stays in the middle: nobody has looked for a face in this recording.",
    "no_face": "The crop stays in the middle: no face was seen in this part.",
}
_LISTENING, _SOUND = 0.05, 0.15
"""Shares of the progress: the sound is read, and levelled."""


def run(job: StageJob, report: Report) -> StageOutput:
    """The artifact `clip`, as `job["upstream"]["clip"]` (a ClipSpec) says. Raises EngineError."""
    spec: ClipSpec = job["upstream"]["clip"]  # type: ignore[assignment]
    try:
        section, path = _made(spec, job, report)
    except (OSError, av.error.FFmpegError) as error:
        raise _failure(error) from error
    kind = "audio/mp4" if path.suffix == ".m4a" else "video/mp4"
    return StageOutput(
        section=section,
        withheld=[],
        artifacts=[ArtifactFile(kind="clip", path=str(path), content_type=kind)],
        engine=f"rostrum clip {CLIP_VERSION} (pyav {av.__version__})",
        model="",
    )


def _made(spec: ClipSpec, job: StageJob, report: Report) -> tuple[dict[str, Any], Path]:
    source, workdir = Path(job["artifacts"]["source"]), Path(job["workdir"])
    clock = read_clock(source)
    words = masked_words(spec)
    sound = read_sound(source, clock, spec["start"], spec["end"])
    _check_length(spec, source, clock, 0.0 if sound is None else sound.shape[1] / RATE)
    report(_LISTENING)
    loudness = None
    if sound is not None:
        sound, loudness = levelled(hidden(sound, words, spec))
    report(_SOUND)
    card_s = CARD_S if spec["card"] and spec["format"] != AUDIO else 0.0
    cues = cues_of(words, spec, card_s)
    section: dict[str, Any] = {
        "duration_s": round(spec["end"] - spec["start"] + card_s, 3),
        "loudness_lufs": loudness,
        "vtt": vtt(cues) if spec["captions"] == "vtt" else "",
        "hidden_words": sum(word["hidden"] for word in words),
        "crop": None,
        "encoder": "aac",
    }
    if spec["format"] == AUDIO:
        if sound is None:
            raise EngineError("no_sound", "This recording has no sound, so there is none to keep.")
        return section, write_sound(sound, workdir / "clip.m4a")
    drawn = [cue.text for cue in cues] if spec["captions"] == "burnt" else []
    if not drawable(" ".join([*drawn, spec["title"] if spec["card"] else ""])):
        raise EngineError(
            "letters_missing",
            "Some of these letters cannot be drawn here. Take the captions as a file, and leave "
            "the title card out.",
        )
    faces = read_faces(job["artifacts"].get("landmarks"))
    plan, crop = _plan(spec, clock, source, cues, faces)
    path = workdir / "clip.mp4"
    encoder = write_video(plan, sound, path, lambda part: report(_SOUND + (1 - _SOUND) * part))
    return section | {
        "crop": crop, "encoder": encoder, "width": plan.size[0], "height": plan.size[1]
    }, path  # fmt: skip


def _plan(
    spec: ClipSpec, clock: Clock, source: Path, cues: list[Cue], faces: Faces | None
) -> tuple[Plan, dict[str, Any] | None]:
    burnt = cues if spec["captions"] == "burnt" else []
    plan = Plan(spec, clock, source, SIZES[spec["format"]], burnt)
    if clock.video is None:
        return plan, None
    path: Follow = follow(faces, spec["format"], spec["start"], spec["end"])
    told = {"follows": "centre" if path.reason else "face", "why": REASONS.get(path.reason, "")}
    return plan.following(path), told


def _check_length(spec: ClipSpec, source: Path, clock: Clock, heard_s: float) -> None:
    length = spec["end"] - spec["start"]
    if clock.audio is None or heard_s >= length - TOLERANCE_S:
        return
    with av.open(str(source)) as container:
        whole = float(container.duration or 0) / av.time_base
    if whole < spec["end"] - TOLERANCE_S:
        raise EngineError(
            "longer_than_source",
            f"The clip would end at {spec['end']:.1f} s, and the recording at {whole:.1f} s.",
        )


def _failure(error: Exception) -> EngineError:
    return no_room(error) or EngineError(
        "clip_failed",
        "This clip could not be made from the recording.",
        detail=f"{type(error).__name__}: {error}",
        retry=True,
    )
