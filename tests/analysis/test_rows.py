from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analysis.models import AnalysisRun, Event, Metric, StageRun, Transcript
from analysis.services.rows import write_rows
from tests.analysis import results
from workers.engines.types import EMBEDDING_DIMENSIONS, StageOutput

pytestmark = pytest.mark.django_db


@pytest.fixture
def run() -> AnalysisRun:
    session = results.make_session(results.make_user())
    return AnalysisRun.objects.create(session=session)


def keep(run: AnalysisRun, name: str, **changes: Any) -> StageRun:
    stage = results.stage(run, name)
    output = StageOutput(
        section=results.SECTIONS[name] | changes, withheld=[], artifacts=[], engine="e", model="m"
    )
    write_rows(stage, output)
    return stage


def test_it_works(run: AnalysisRun) -> None:
    for name in results.SECTIONS:
        keep(run, name)
    metrics = dict(Metric.objects.filter(run=run).values_list("path", "value"))
    assert metrics["fluency.words_per_minute"] == 131.0
    assert metrics["media.duration_s"] == 6.0
    assert metrics["media.sound.signal_to_noise_db"] == 24.0
    assert metrics["body.posture.score"] == 74.0
    assert "media.size_bytes" not in metrics
    kinds = sorted(Event.objects.filter(run=run).values_list("kind", flat=True))
    assert kinds == ["filler", "gesture", "pause", "uptalk"], "a hedge without a time is no event"
    assert run.scores.get(skill="overall").version == "2026.1"
    assert run.scores.count() == 9
    assert run.feedback.get(kind="recommendation").payload["title"] == "Name the result first"


def test_a_later_attempt_replaces_what_an_earlier_one_kept(run: AnalysisRun) -> None:
    for _ in range(2):
        for name in results.SECTIONS:
            keep(run, name)
    once = [run.events.count(), run.metrics.count(), run.scores.count(), run.feedback.count()]
    keep(run, "fluency", pauses={"count": 0, "long_count": 0, "items": []})
    assert run.events.filter(kind="pause").count() == 0
    assert [run.events.count() + 1, *once[1:]] == [
        once[0], run.metrics.count(), run.scores.count(), run.feedback.count()]  # fmt: skip
    assert Transcript.objects.filter(session=run.session).count() == 1
    assert metrics_of(run)["fluency.pauses.count"] == 0


def metrics_of(run: AnalysisRun) -> dict[str, float]:
    return dict(run.metrics.values_list("path", "value"))


def test_probe_and_audio_do_not_wipe_each_others_figures(run: AnalysisRun) -> None:
    keep(run, "audio")
    keep(run, "probe")
    assert {"media.duration_s", "media.sound.speech_s"} <= metrics_of(run).keys()


def test_the_learners_own_voice_replaces_that_of_everybody(run: AnalysisRun) -> None:
    own = {"pitch": {"median_hz": 99.0}, "voice": {"jitter": None},
           "monotone": {"items": [{"start": 1.0, "end": 7.0}]}}  # fmt: skip
    keep(run, "prosody").save()
    keep(run, "fluency", own_voice=own).save()
    metrics = metrics_of(run)
    assert metrics["prosody.pitch.median_hz"] == 99.0
    assert metrics["prosody.loudness.range_lu"] == 6.2, "of both, where nothing else is known"
    assert "prosody.pitch.range_semitones" not in metrics
    assert not any("own_voice" in path for path in metrics)
    assert run.events.filter(kind="monotone").count() == 1


def test_recognised_words_become_a_version_of_their_own(run: AnalysisRun) -> None:
    keep(run, "transcribe")
    first = run.transcript
    assert first is not None
    assert (first.version, first.kind, first.reliability) == (1, "machine", 0.92)
    assert [s.text for s in first.sentences.all()] == [
        "So, um, I led the move.", "We shipped in May."]  # fmt: skip
    assert [w["text"] for w in first.sentences.get(position=1).words] == [
        "We", "shipped", "in", "May."]  # fmt: skip
    later = AnalysisRun.objects.create(session=run.session, transcript=first)
    keep(later, "transcribe", text="Other words.")
    assert later.transcript is not None
    assert later.transcript.version == 2, "an older result keeps its words"
    assert first.sentences.count() == 2


def test_given_words_are_filled_in_where_they_are(run: AnalysisRun) -> None:
    version = Transcript.objects.create(
        session=run.session, version=1, kind="attached", source_text="So I led."
    )
    run.transcript = version
    run.save()
    keep(run, "transcribe", source="attached", timing="aligned")
    version.refresh_from_db()
    assert (version.timing, version.source_text) == ("aligned", "So I led.")
    assert version.sentences.count() == 2
    assert Transcript.objects.count() == 1


def test_words_without_sentences_are_one_sentence(run: AnalysisRun) -> None:
    keep(run, "transcribe", sentences=[])
    assert run.transcript is not None
    assert run.transcript.sentences.get().text.startswith("So, um,")


def test_silence_keeps_no_sentence(run: AnalysisRun) -> None:
    keep(run, "transcribe", words=[], sentences=[], text=None, reliability=None)
    assert run.transcript is not None
    assert run.transcript.sentences.count() == 0


def test_vectors_go_to_the_sentences_they_were_made_of(run: AnalysisRun, tmp_path: Path) -> None:
    keep(run, "transcribe")
    vector = [1.0] + [0.0] * (EMBEDDING_DIMENSIONS - 1)
    file = tmp_path / "embeddings.json"
    file.write_text(json.dumps({"model": "m", "sentences": [
        {"text": "So, um, I led the move.", "vector": vector},
        {"text": "Words of another version.", "vector": vector}]}))  # fmt: skip
    artifact = {"kind": "embeddings", "path": str(file), "content_type": "application/json"}
    write_rows(
        results.stage(run, "index"),
        StageOutput(section={}, withheld=[], artifacts=[artifact], engine="", model=""),
    )
    assert run.transcript is not None
    first, second = run.transcript.sentences.all()
    assert list(first.embedding)[:2] == [1.0, 0.0]
    assert second.embedding is None
