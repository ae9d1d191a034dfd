"""What a stage works on: the settings of a run as they were, and everything upstream of a stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings as site

from analysis.graph import STAGES, needs_within
from analysis.models import AnalysisRun, StageRun, Transcript
from sessions.models import Part as SessionPart
from sessions.models import Session
from sessions.selectors import main_recording, slide_marks
from workers.engines.types import Join, Part, SourceCaptions, SourceTranscript, Span, StageSettings


def settings_of(
    session: Session,
    transcript: Transcript | None,
    changes: dict[str, Any] | None = None,
    *,
    captions: Transcript | None = None,
) -> StageSettings:
    """A snapshot of everything that may change a result; `changes` are the learner's or
    operator's for this run (`engines` is merged, the rest replaced). `captions` came with the
    recording; the snapshot names their version, whose words never change, and holds none of them.
    """
    parts = [
        Part(
            id=str(part.pk),
            question=part.question or session.question,
            start=part.start,
            end=part.end,
        )
        for part in _answered(session)
    ]
    snapshot: dict[str, Any] = {
        "scenario": session.kind,
        "language": session.language,
        "title": session.title,
        "parts": parts or [Part(id="0", question=session.question, start=None, end=None)],
        "job_title": session.job_title,
        "job_description": session.job_description,
        "transcript": _source(transcript),
        "speaker": None,
        "trim": trim_of(session),
        "engines": {
            "transcriber": site.TRANSCRIBER,
            "denoise": site.DENOISE,
            "body_fps": site.BODY_FPS,
            "grammar_url": site.GRAMMAR_URL,
            "max_duration_s": site.MAX_DURATION_S,
            "max_pixels": site.MAX_PIXELS,
        },
    }
    if captions is not None:
        snapshot["captions"] = {"transcript": str(captions.pk)}
    if marks := slide_marks(session):
        snapshot["slides"] = marks
    changes = dict(changes or {})
    engines = snapshot["engines"] | changes.pop("engines", {})
    return StageSettings(**(snapshot | changes | {"engines": engines}))  # type: ignore[typeddict-item]


def trim_of(session: Session) -> Span | None:
    """Of the recording that carries the learner. Its length may not be known yet, so a trim of one
    end reaches as far as a recording may."""
    recording = main_recording(session)
    if recording is None or (recording.trim_start is None and recording.trim_end is None):
        return None
    end = recording.trim_end
    return Span(
        start=recording.trim_start or 0.0, end=float(site.MAX_DURATION_S) if end is None else end
    )


def _answered(session: Session) -> list[SessionPart]:
    """Its parts; where some have a place in the recording, one without was skipped."""
    parts = list(session.parts.all())
    return [part for part in parts if part.start is not None] or parts


def _source(transcript: Transcript | None) -> SourceTranscript | None:
    if transcript is None or transcript.kind not in Transcript.BY_A_PERSON:
        return None
    return SourceTranscript(
        kind=transcript.kind,  # type: ignore[typeddict-item]
        format=transcript.source_format or "txt",  # type: ignore[typeddict-item]
        text=transcript.source_text,
    )


@dataclass(frozen=True)
class StoredFile:
    """A file in storage a stage reads or wrote."""

    kind: str
    key: str
    sha256: str
    size_bytes: int
    content_type: str = ""


@dataclass(frozen=True)
class StoredMedia:
    """An original of the session in storage."""

    role: str
    key: str
    sha256: str
    size_bytes: int
    filename: str
    capture: dict[str, Any]
    joins: list[Join]


@dataclass(frozen=True)
class Inputs:
    """Everything one attempt reads, still in storage; the worker makes a StageJob of it."""

    stage: str
    media: tuple[StoredMedia, ...]
    artifacts: tuple[StoredFile, ...]
    upstream: dict[str, dict[str, Any]]
    settings: StageSettings
    duration_s: float

    @property
    def deadline_s(self) -> float:
        """One attempt is killed after this long."""
        stage = STAGES[self.stage]
        return stage.deadline_base_s + stage.deadline_factor * self.duration_s


def ancestors(stage: str, names: frozenset[str]) -> frozenset[str]:
    """Every stage of the profile that comes before `stage`, directly or not."""
    direct = needs_within(stage, names)
    return direct.union(*(ancestors(name, names) for name in direct))


def inputs_of(stage_id: int) -> Inputs:
    """Read what the stage works on. Raises StageRun.DoesNotExist for a purged one."""
    stage = StageRun.objects.select_related("run__session").get(pk=stage_id)
    run: AnalysisRun = stage.run
    others = {other.name: other for other in run.stages.all()}
    before = ancestors(stage.name, frozenset(others))
    upstream: dict[str, dict[str, Any]] = {
        name: result
        for name in sorted(before)
        if others[name].state == StageRun.State.DONE and (result := others[name].result) is not None
    }
    duration = upstream.get("probe", {}).get("duration_s") or run.session.duration_s or 0.0
    return Inputs(
        stage=stage.name,
        media=_media_of(run),
        artifacts=tuple(
            StoredFile(a.kind, a.key, a.sha256, a.size_bytes, a.content_type)
            for a in run.artifacts.filter(stage__in=before).order_by("kind")
        ),
        upstream=upstream,
        settings=_with_captions(run.settings),
        duration_s=float(duration),
    )


def _with_captions(settings: StageSettings) -> StageSettings:
    """The words of the captions that a snapshot names."""
    named: dict[str, Any] = dict(settings.get("captions") or {})
    if "transcript" not in named:
        return settings  # none, or of a run from before they were named
    version = Transcript.objects.get(pk=named["transcript"])
    words = SourceCaptions(
        origin=version.origin,  # type: ignore[typeddict-item]
        language=version.language,
        text=version.source_text,
    )
    return {**settings, "captions": words}


def _media_of(run: AnalysisRun) -> tuple[StoredMedia, ...]:
    if run.profile == "text":
        return ()
    return tuple(
        StoredMedia(r.role, r.key, r.sha256, r.size_bytes, r.filename, r.capture, r.joins)
        for r in run.session.recordings.order_by("role")
    )
