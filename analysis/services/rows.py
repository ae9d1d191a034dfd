"""Rows of what a stage found: what lists, trends, search and the player's marks read.

The document is the truth of a result; these rows are its parts that are asked for across runs.
Written in the transaction that settles the stage, and replaced whole by a later attempt.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max

from analysis.models import (
    AnalysisRun,
    Artifact,
    Event,
    Feedback,
    Metric,
    Score,
    Sentence,
    StageRun,
    Transcript,
)
from workers.engines.types import OWN_VOICE, SKILLS, StageOutput, voice_of

_EVENTS: dict[str, dict[str, str]] = {
    "audio": {"gaps": "gap"},
    "prosody": {"monotone/items": "monotone"},
    "fluency": {
        "fillers/items": "filler",
        "pauses/items": "pause",
        "repetitions/items": "repetition",
        "repairs/items": "repair",
        "hedges/items": "hedge",
        "weak_words/items": "weak_word",
        "absolutes/items": "absolute",
        "non_inclusive/items": "non_inclusive",
        "overused/items": "overused",
        "uptalk/items": "uptalk",
        "trailing_off/items": "trailing_off",
        "emphasis/items": "emphasis",
        "long_sentences/items": "long_sentence",
        "run_ons/items": "run_on",
        "questions/items": "question",
        "grammar/items": "grammar",
        "profanity/items": "profanity",
    },
    "body": {
        "posture/items": "posture",
        "gestures/items": "gesture",
        "hand_to_face/items": "hand_to_face",
        "away/items": "away",
        "expression/items": "expression",
    },
}
"""Lists of moments in a stage's section, and the kind of event each becomes."""

_METRICS = {
    "probe": "media",
    "audio": "media.sound",
    "transcribe": "transcript",
    "prosody": "prosody",
    "fluency": "fluency",
    "body": "body",
    "content": "content",
}
"""Stages whose numbers are kept as metrics, by where their section stands in the document."""
_NOT_METRICS = frozenset({"media.size_bytes", "media.video", "media.audio", f"fluency.{OWN_VOICE}"})
_PATH_LENGTH = 80


@transaction.atomic
def write_rows(stage: StageRun, output: StageOutput) -> None:
    """Keep what `stage` found as rows, in place of what an earlier attempt had kept."""
    _write_events(stage, output)
    _write_metrics(stage, output)
    if write := _WRITERS.get(stage.name):
        write(stage.run, output)


def _write_events(stage: StageRun, output: StageOutput) -> None:
    kinds = _EVENTS.get(stage.name)
    if not kinds:
        return
    Event.objects.filter(run_id=stage.run_id, kind__in=kinds.values()).delete()
    Event.objects.bulk_create(
        (
            Event(
                run_id=stage.run_id,
                kind=kind,
                start=item["start"],
                end=item["end"],
                payload={key: value for key, value in item.items() if key not in {"start", "end"}},
            )
            for path, kind in kinds.items()
            for item in _list_at(output["section"], path)
            # words without times (text only) happened at no moment
            if item.get("start") is not None and item.get("end") is not None
        ),
        batch_size=1000,
    )


def _list_at(section: Any, path: str) -> list[dict[str, Any]]:
    for key in path.split("/"):
        section = section.get(key) if isinstance(section, dict) else None
    return section if isinstance(section, list) else []


def _write_metrics(stage: StageRun, output: StageOutput) -> None:
    root = _METRICS.get(stage.name)
    if root is None:
        return
    mine = Metric.objects.filter(run_id=stage.run_id, path__startswith=f"{root}.")
    if stage.name == "probe":
        mine = mine.exclude(path__startswith="media.sound.")
    mine.delete()
    Metric.objects.bulk_create(
        Metric(run_id=stage.run_id, path=path, value=value)
        for path, value in _numbers(output["section"], root)
    )


def _numbers(section: dict[str, Any], root: str) -> Iterator[tuple[str, float]]:
    """Every finite number of a section with its dotted path; lists hold moments, not metrics."""
    for key, value in section.items():
        path = f"{root}.{key}"
        if path in _NOT_METRICS or len(path) > _PATH_LENGTH:
            continue
        if isinstance(value, dict):
            yield from _numbers(value, path)
        elif (
            isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        ):
            yield path, float(value)


def _write_own_voice(run: AnalysisRun, output: StageOutput) -> None:
    """In place of prosody's rows, which are of everybody, where the learner is not alone."""
    stage = run.stages.filter(name="prosody").first()
    if stage is None or not stage.result or OWN_VOICE not in output["section"]:
        return
    heard = voice_of({"prosody": stage.result, "fluency": output["section"]})
    _write_events(stage, {**output, "section": heard})
    _write_metrics(stage, {**output, "section": heard})


def _write_transcript(run: AnalysisRun, output: StageOutput) -> None:
    section = output["section"]
    version = _version_of(run, section.get("source"))
    version.engine = section.get("engine") or output["engine"]
    version.model = section.get("model") or output["model"] or ""
    version.language = section.get("language") or ""
    version.reliability = section.get("reliability")
    version.timing = section.get("timing") or "none"
    version.save()
    if run.transcript_id != version.pk:
        run.transcript = version
        run.save(update_fields=["transcript"])
    version.sentences.all().delete()
    Sentence.objects.bulk_create(_sentences(version, section), batch_size=1000)


def _version_of(run: AnalysisRun, source: str | None) -> Transcript:
    """The version this run writes: the one it was given, the captions where these are the words,
    its own, or a new one.

    Two runs never write the same recognised version, so an older result keeps its words.
    """
    own = run.transcript
    if own is not None and own.kind == Transcript.Kind.CAPTIONS != source:
        own = None  # an earlier attempt read the captions, this one the sound
    if source == Transcript.Kind.CAPTIONS and own is None:
        own = _captions_of(run)
    if own is not None and (
        own.kind != Transcript.Kind.MACHINE or not own.runs.exclude(pk=run.pk).exists()
    ):
        return own
    return Transcript(
        session_id=run.session_id,
        kind=Transcript.Kind.MACHINE,
        parent=own,
        version=next_version(run.session_id),
    )


def _captions_of(run: AnalysisRun) -> Transcript | None:
    """The captions that came with the recording; a copy where another result shows them, or where
    something newer stands before them."""
    versions = run.session.transcripts.order_by("version")
    kept = versions.filter(kind=Transcript.Kind.CAPTIONS).last()
    if kept is None:
        return None
    newer = versions.filter(version__gt=kept.version).exists()
    if not newer and not kept.runs.exclude(pk=run.pk).exists():
        return kept
    return Transcript(
        session_id=run.session_id,
        kind=kept.kind,
        parent=kept,
        version=next_version(run.session_id),
        origin=kept.origin,
        consented_at=kept.consented_at,
        source_format=kept.source_format,
        source_text=kept.source_text,
    )


def next_version(session_id: Any) -> int:
    """The number of the session's next transcript. Who asks holds the session's lock."""
    latest = Transcript.objects.filter(session_id=session_id).aggregate(Max("version"))
    return (latest["version__max"] or 0) + 1


def _sentences(version: Transcript, section: dict[str, Any]) -> Iterator[Sentence]:
    words = section.get("words") or []
    sentences = section.get("sentences") or []
    if words and not sentences:
        sentences = [
            {
                "text": section.get("text") or " ".join(word["text"] for word in words),
                "start": words[0]["start"],
                "end": words[-1]["end"],
                "first_word": 0,
                "last_word": len(words) - 1,
            }
        ]
    for position, sentence in enumerate(sentences):
        first, last = sentence.get("first_word"), sentence.get("last_word")
        yield Sentence(
            transcript=version,
            position=position,
            text=sentence["text"],
            start=sentence.get("start"),
            end=sentence.get("end"),
            words=words[first : last + 1] if first is not None and last is not None else [],
        )


def _write_scores(run: AnalysisRun, output: StageOutput) -> None:
    section = output["section"]
    overall = section.get("overall") or {}
    Score.objects.filter(run=run).delete()
    Score.objects.bulk_create(
        Score(
            run=run,
            skill=skill,
            value=found.get("value"),
            weight=found.get("weight") or 0,
            reliability=found.get("reliability"),
            version=overall.get("version") or "",
        )
        for skill in (*SKILLS, "overall")
        if (found := section.get(skill)) is not None
    )


def _write_feedback(kind: str) -> Callable[[AnalysisRun, StageOutput], None]:
    def write(run: AnalysisRun, output: StageOutput) -> None:
        Feedback.objects.filter(run=run, kind=kind).delete()
        Feedback.objects.bulk_create(
            Feedback(run=run, kind=kind, position=position, skill=item["skill"], payload=item)
            for position, item in enumerate(output["section"].get("items") or [])
        )

    return write


def _write_embeddings(run: AnalysisRun, output: StageOutput) -> None:
    """The n-th vector of the `embeddings` artifact belongs to the n-th sentence."""
    if run.transcript is None:
        return
    found = _embedded(run, output)
    sentences = list(run.transcript.sentences.order_by("position"))
    changed = []
    for sentence, embedded in zip(sentences, found, strict=False):
        # a vector of other words would make the search lie
        if sentence.text == embedded["text"]:
            sentence.embedding = embedded["vector"]
            changed.append(sentence)
    Sentence.objects.bulk_update(changed, ["embedding"], batch_size=500)


def _embedded(run: AnalysisRun, output: StageOutput) -> list[dict[str, Any]]:
    local = next((a["path"] for a in output["artifacts"] if a["kind"] == "embeddings"), None)
    if local and Path(local).is_file():
        return list(json.loads(Path(local).read_text())["sentences"])
    kept = Artifact.objects.filter(run=run, kind="embeddings").first()
    if kept is None:
        return []
    with default_storage.open(kept.key) as file:
        return list(json.load(file)["sentences"])


_WRITERS: dict[str, Callable[[AnalysisRun, StageOutput], None]] = {
    "transcribe": _write_transcript,
    "fluency": _write_own_voice,
    "score": _write_scores,
    "recommend": _write_feedback(Feedback.Kind.RECOMMENDATION),
    "highlight": _write_feedback(Feedback.Kind.HIGHLIGHT),
    "index": _write_embeddings,
}
