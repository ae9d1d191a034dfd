"""Captions that came with a recording: read where nothing better is there, compared else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import synthesis
from tests.engines.speech.jobs import Seen, artifact, job, listened
from workers.engines import transcribe
from workers.engines.asr.captions import compared, instead
from workers.engines.types import SourceCaptions, Span, StageSettings, Word

SPOKEN = synthesis.say(*synthesis.INTERVIEW_ANSWER[0:1], 0.7, *synthesis.INTERVIEW_ANSWER[1:2])
LATE_S = 0.7
"""A browser's line is final so long after it was said."""
SPEECH = [Span(start=0.0, end=SPOKEN.duration)]


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The answer as `audio` leaves it."""
    output = listened(SPOKEN.write(tmp_path_factory.mktemp("said") / "a.wav"))
    return Path(artifact(output, "audio")), output["section"]


def said(*, since: float = 0.0) -> list[dict[str, Any]]:
    """Words as a browser's recogniser gives them: late, without marks."""
    return [
        {"text": word.text.strip(".").lower(), "start": word.start, "end": word.end + LATE_S}
        for word in SPOKEN.words
        if word.start >= since
    ]


def shown(words: list[dict[str, Any]], origin: Any = "browser", language: str = "en-GB"):
    return SourceCaptions(origin=origin, language=language, text=json.dumps({"words": words}))


def told(text: str) -> list[dict[str, Any]]:
    words = text.split()
    step = SPOKEN.duration / len(words)
    return [{"text": w, "start": n * step, "end": (n + 1) * step} for n, w in enumerate(words)]


def settings(captions: SourceCaptions, **changes: Any) -> StageSettings:
    found = job(None, "transcribe", **changes.pop("engines", {}))["settings"]
    return {**found, "captions": captions, **changes}  # type: ignore[typeddict-item]


def final(*, filler: bool = False, change: str = "") -> list[Word]:
    words = [
        Word(text=w.text, start=w.start, end=w.end, confidence=1.0, speaker=None)
        for w in SPOKEN.words
    ]
    if filler:
        words.insert(3, Word(text="Um,", start=None, end=None, confidence=1.0, speaker=None))
    for word in words:
        if word["text"] == change:
            word["text"] = "else"
    return words


def transcribed(speech: tuple[Path, dict[str, Any]], captions: SourceCaptions, seen: Seen) -> Any:
    work = job(speech[0], "transcribe")
    work["settings"] |= {"captions": captions}
    work["artifacts"]["audio"], work["upstream"]["audio"] = str(speech[0]), speech[1]
    return transcribe.run(work, seen)["section"]


def test_a_browsers_captions_are_the_words_where_only_pocketsphinx_is_there(speech) -> None:
    seen = Seen()
    section = transcribed(speech, shown(said()), seen)
    assert section["text"] == SPOKEN.text.replace(".", "").lower()
    assert (section["source"], section["timing"]) == ("captions", "aligned")
    assert section["engine"].startswith("the browser’s captions, pocketsphinx ")
    assert section["captions"] == {"origin": "browser", "used": True}
    off = [
        abs(word["start"] - true.start)
        for word, true in zip(section["words"], SPOKEN.words, strict=True)
    ]
    assert np.median(off) < 0.03, "laid over the sound, not as late as they came"
    assert 0.8 < section["reliability"] < 1, "what they left out nobody can tell"
    assert seen.ratios == sorted(seen.ratios)


def test_captions_of_another_recording_stand_in_nobodys_way(speech) -> None:
    seen = Seen()
    other = told("the quick brown fox jumps over the lazy dog while people are watching birds")
    section = transcribed(speech, shown(other), seen)
    assert (section["source"], section["timing"]) == ("machine", "recognised")
    assert not section["warnings"]
    assert section["captions"]["agreement"] < 0.3
    assert seen.ratios == sorted(seen.ratios)


def test_a_language_that_nobody_here_knows_is_read_from_its_captions(speech) -> None:
    german = "wir haben das projekt im märz begonnen und im juni war es schon fertig " * 2
    section = transcribed(speech, shown(told(german), language="de-DE"), Seen())
    assert (section["source"], section["timing"]) == ("captions", "caption")
    assert section["language"].startswith("de")
    assert section["reliability"] is None


def test_captions_of_our_own_worker_are_never_read() -> None:
    assert instead(settings(shown(said())), SPEECH)
    assert instead(settings(shown(said(), "browser-device")), SPEECH)
    assert instead(settings(shown(said(), "server")), SPEECH) is None


@pytest.mark.parametrize("choice", ["pocketsphinx", "whisperx"])
def test_a_recogniser_that_was_asked_for_is_taken(choice: str) -> None:
    assert instead(settings(shown(said()), engines={"transcriber": choice}), SPEECH) is None


def test_captions_that_were_switched_on_late_are_compared_with_what_they_heard() -> None:
    half = SPOKEN.words[len(SPOKEN.words) // 2].start
    late = settings(shown(said(since=half)))
    assert instead(late, SPEECH) is None, "half of what was said is not in them"
    found = compared(late, final(), "machine")
    assert found is not None and 0.4 < found["covered"] < 0.8
    assert found["agreement"] > 0.75


def test_agreement_is_the_share_of_the_final_words_fillers_apart() -> None:
    found = compared(
        settings(shown(said(), "server")), final(filler=True, change="reason"), "edited"
    )
    count = len(SPOKEN.words)
    assert found == {
        "origin": "server", "used": False, "agreement": round(1 - 1 / count, 3), "words": count,
        "covered": 1.0,
    }  # fmt: skip


def test_what_was_trimmed_away_is_compared_with_nothing() -> None:
    """Captions of the whole, final words of the second sentence alone."""
    cut = SPOKEN.pauses[0][1]
    trim = Span(start=cut, end=SPOKEN.duration)
    inside = [word for word in final() if (word["start"] or 0) >= cut]
    found = compared(settings(shown(said()), trim=trim), inside, "machine")
    assert found is not None and (found["agreement"], found["covered"]) == (1.0, 1.0)
    assert found["words"] == len(inside) < len(SPOKEN.words)


def test_a_handful_of_words_says_nothing_of_captions() -> None:
    found = compared(settings(shown(said())), final()[:3], "machine")
    assert found == {"origin": "browser", "used": False}
