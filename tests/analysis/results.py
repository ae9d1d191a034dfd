"""Sections as the engines give them, and runs that hold them, for the tests of this folder."""

from __future__ import annotations

import copy
from typing import Any

from analysis.graph import PROFILES, STAGES
from analysis.models import AnalysisRun, StageRun
from analysis.services.rows import write_rows
from coaching.accounts.models import User
from sessions.models import Part, Session
from workers.engines.types import SKILLS, EngineError, StageOutput


def word(text: str, start: float | None, end: float | None) -> dict[str, Any]:
    return {"text": text, "start": start, "end": end, "confidence": 0.9, "speaker": "S1"}


SENTENCES = [
    [word("So,", 0.4, 0.7), word("um,", 0.8, 1.1), word("I", 1.5, 1.6), word("led", 1.6, 1.9),
     word("the", 1.9, 2.0), word("move.", 2.0, 2.5)],
    [word("We", 3.6, 3.8), word("shipped", 3.8, 4.3), word("in", 4.3, 4.4), word("May.", 4.4, 5.0)],
]  # fmt: skip


def transcript(**changes: Any) -> dict[str, Any]:
    words = [w for sentence in SENTENCES for w in sentence]
    return {
        "engine": "pocketsphinx 5.1.1", "model": "en-us", "language": "en",
        "text": " ".join(w["text"] for w in words), "reliability": 0.92, "timing": "recognised",
        "words": copy.deepcopy(words),
        "sentences": [
            {"text": "So, um, I led the move.", "start": 0.4, "end": 2.5, "first_word": 0,
             "last_word": 5},
            {"text": "We shipped in May.", "start": 3.6, "end": 5.0, "first_word": 6,
             "last_word": 9},
        ],
        "speakers": [{"id": "S1", "label": "Speaker 1", "is_learner": True, "speech_s": 4.1}],
        "speech_spans": [{"start": 0.4, "end": 5.0}], "source": "machine",
    } | changes  # fmt: skip


def score(value: float | None = 71.0) -> dict[str, Any]:
    evidence = [{"start": 2.5, "end": 3.6, "kind": "pause", "text": "A pause before the result"}]
    return {"value": value, "weight": 0.125, "reliability": 0.8 if value is not None else None,
            "evidence": evidence if value is not None else []}  # fmt: skip


SECTIONS: dict[str, dict[str, Any]] = {
    "probe": {
        "kind": "video", "duration_s": 6.0, "container": "mp4", "size_bytes": 1_000_000,
        "sha256": "0" * 64, "video": {"codec": "h264", "width": 640, "height": 360},
        "audio": {"codec": "aac", "sample_rate_hz": 48000, "channels": 2}, "warnings": [],
    },
    "audio": {
        "speech_s": 4.1, "silence_s": 1.9, "speech": [{"start": 0.4, "end": 5.0}],
        "signal_to_noise_db": 24.0, "clipping_ratio": 0.0, "gaps": [],
    },
    "transcribe": transcript(),
    "prosody": {
        "pitch": {"median_hz": 118.0, "range_semitones": 9.1, "sd_semitones": 2.4},
        "loudness": {"integrated_lufs": -23.4, "range_lu": 6.2},
        "voice": {"jitter": None, "shimmer": None},
    },
    "fluency": {
        "words_per_minute": 131.0, "articulation_rate_syllables_per_s": 4.4, "words": 9,
        "fillers": {"count": 1, "per_minute": 13.0, "items": [
            {"text": "um", "start": 0.8, "end": 1.1, "source": "word", "kind": "filled_pause"}]},
        "pauses": {"count": 1, "long_count": 1, "items": [
            {"start": 2.5, "end": 3.6, "position": "boundary", "long": True}]},
        "repetitions": {"count": 0, "items": []},
        "uptalk": {"count": 1, "ratio": 0.5, "items": [{"start": 4.4, "end": 5.0}]},
        "hedges": {"count": 1, "items": [{"text": "sort of", "start": None, "end": None}]},
        "vocabulary": {"mtld": None}, "grammar": {"count": 0, "items": []},
    },
    "body": {
        "frames_analysed": 30, "face_visible_ratio": 1.0, "facing_camera_ratio": 0.8,
        "posture": {"score": 74.0, "items": []},
        "gestures": {"per_minute": 10.0, "items": [{"start": 1.0, "end": 1.6, "kind": "beat"}]},
    },
    "content": {
        "star": {"sentences": [{"index": 0, "text": "So, um, I led the move.", "start": 0.4,
                                "end": 2.5, "label": "action", "confidence": 0.7},
                               {"index": 1, "text": "We shipped in May.", "start": 3.6,
                                "end": 5.0, "label": "result", "confidence": 0.7}],
                 "completeness": 0.5},
        "answers": [{"part": "p1", "relevance": 0.6, "star": {"completeness": 0.5}}],
        "relevance": 0.6, "sentiment": {"label": "positive", "value": 0.3, "series": []},
    },
    "score": {"overall": {"value": 71.0, "basis": list(SKILLS), "version": "2026.1"}}
    | {skill: score() for skill in SKILLS},
    "recommend": {"items": [
        {"skill": "structure", "title": "Name the result first", "why": "It came last.",
         "evidence": [{"start": 3.6, "end": 5.0, "kind": "sentence", "text": "We shipped"}]}]},
    "highlight": {"items": [
        {"start": 3.6, "end": 5.0, "kind": "best", "skill": "structure", "title": "A clear close",
         "why": "It names a date."}]},
    "index": {"sentences": 2}, "rendition": {}, "notify": {},
    "coach": {
        "provider": "openai", "recipient": "localhost", "model": "tiny-1", "prompt": "1",
        "star": {"sentences": [{"index": 0, "label": "task", "offline": "action"}],
                 "agreement": 0.5},
        "answers": [], "suggestions": [], "dropped": {"figure": 1},
        "strengths": [{"text": "You name the month.", "evidence": [
            {"index": 1, "start": 3.6, "end": 5.0, "text": "in May"}]}],
    },
}  # fmt: skip
WITHHELD: dict[str, list[dict[str, str]]] = {
    "prosody": [{"path": "/prosody/voice", "code": "low_quality", "message": "Too noisy."}],
    "fluency": [
        {"path": "/fluency/vocabulary/mtld", "code": "too_short", "message": "From 100 words on."}
    ],
}
DONE, FAILED, SKIPPED = StageRun.State.DONE, StageRun.State.FAILED, StageRun.State.SKIPPED


def stage(run: AnalysisRun, name: str, state: str = DONE, **fields: Any) -> StageRun:
    """An unsaved stage of `run` that ended in `state` with its section from SECTIONS."""
    done = state == DONE
    return StageRun(**{
        "run": run, "name": name, "owner_id": run.session.owner_id, "queue": STAGES[name].queue,
        "state": state, "progress": 1.0 if done else 0.0, "attempt": 1,
        "engine": f"{name} engine 1" if done else "", "elapsed_s": 1.5 if done else None,
        "result": copy.deepcopy(SECTIONS[name]) if done else None,
        "withheld": copy.deepcopy(WITHHELD.get(name, [])) if done else [],
    } | fields)  # fmt: skip


def make_user(email: str = "ada@example.org") -> User:
    return User.objects.create_user(email, "a long pass phrase")


def make_session(owner: User, **fields: Any) -> Session:
    session = Session.objects.create(
        owner=owner,
        **({"title": "Leadership", "question": "Tell me about a time you led."} | fields),
    )
    Part.objects.create(session=session, question=session.question)
    return session


def make_run(session: Session, *, profile: str = "full", **fields: Any) -> AnalysisRun:
    """A settled run with every stage of its profile done, shown on the session's page."""
    run = AnalysisRun.objects.create(session=session, **({
        "profile": profile, "state": AnalysisRun.State.DONE, "is_current": True,
    } | fields))  # fmt: skip
    StageRun.objects.bulk_create(stage(run, name) for name in PROFILES[profile])
    Session.objects.filter(pk=session.pk).update(state=Session.State.READY, score=71.0)
    return run


def finished(session: Session, *, profile: str = "full", **fields: Any) -> AnalysisRun:
    """As `make_run`, with the rows that go with it."""
    run = make_run(session, profile=profile, **fields)
    for stage_run in run.stages.all():
        stage_run.run = run
        write_rows(
            stage_run,
            StageOutput(
                section=copy.deepcopy(SECTIONS[stage_run.name]),
                withheld=[], artifacts=[], engine="e", model="m",
            ),
        )  # fmt: skip
    session.refresh_from_db()
    return run


def broken(message: str) -> EngineError:
    return EngineError("broken", message)
