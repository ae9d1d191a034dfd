"""The voice's figures are the learner's alone where somebody else speaks as well."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engines.sounds import Progress, job, silence, voice, with_noise, word, write
from workers.engines import fluency, prosody
from workers.engines.scoring.measures import Measurements
from workers.engines.types import OWN_VOICE, StageJob, voice_of

LOW, HIGH, TURN_S = 110.0, 220.0, 6.0


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A low and a high voice in turns, the high one half as loud; the low one is the learner's."""
    folder = tmp_path_factory.mktemp("two")
    pieces, words, at = [], [], 0.0
    for turn in range(4):
        moving = 4 * np.sin(np.linspace(0, 12, round(TURN_S * 16_000)))
        low = turn % 2 == 0
        pieces += [voice(LOW * 2 ** (moving / 12)) if low else 0.5 * voice(HIGH, TURN_S)]
        pieces += [silence(0.5)]
        for n in range(12):
            words.append(word("team", at + n * 0.5, at + (n + 1) * 0.5))
            words[-1]["speaker"] = "A" if low else "B"
        at += TURN_S + 0.5
    sound = write(folder / "audio.flac", with_noise(np.concatenate(pieces), -62))
    speech = [{"start": n * 6.5, "end": n * 6.5 + TURN_S} for n in range(4)]
    upstream: dict[str, Any] = {"audio": {"speech": speech, "speech_s": 4 * TURN_S}}
    upstream["transcribe"] = {
        "words": words, "sentences": [], "reliability": 0.95, "source": "machine",
        "speakers": [{"id": "A", "is_learner": True}, {"id": "B", "is_learner": False}],
    }  # fmt: skip
    heard = prosody.run(
        job("prosody", folder, upstream=upstream, artifacts={"audio": sound}), Progress()
    )
    upstream["prosody"] = heard["section"]
    artifacts = {"audio": sound} | {one["kind"]: one["path"] for one in heard["artifacts"]}
    told = fluency.run(job("fluency", folder, upstream=upstream, artifacts=artifacts), Progress())
    upstream["fluency"] = told["section"]
    return {"upstream": upstream, "withheld": told["withheld"]}


def test_it_works(results: dict[str, Any]) -> None:
    both, own = results["upstream"]["prosody"], voice_of(results["upstream"])
    assert own["pitch"]["median_hz"] == pytest.approx(LOW, rel=0.04)
    assert both["pitch"]["range_semitones"] > 9 > own["pitch"]["range_semitones"]
    assert own["loudness"]["integrated_lufs"] > both["loudness"]["integrated_lufs"] + 0.5
    assert {one["code"] for one in both["warnings"]} == {"two_voices"}
    assert not own["warnings"]


def test_what_was_measured_of_both_is_withheld(results: dict[str, Any]) -> None:
    codes = {one["path"]: one["code"] for one in results["withheld"]}
    for leaf in ("jitter", "shimmer", "hnr_db"):
        assert voice_of(results["upstream"])["voice"][leaf] is None
        assert codes[f"/prosody/voice/{leaf}"] == "several_speakers"


def test_scores_read_the_learners_voice(results: dict[str, Any], tmp_path: Path) -> None:
    asked: StageJob = job("score", tmp_path, upstream=results["upstream"])
    found = Measurements(asked)
    assert found.number("prosody.pitch.median_hz") == pytest.approx(LOW, rel=0.04)
    assert not found.items("prosody.warnings")


def test_who_speaks_alone_has_one_voice(results: dict[str, Any]) -> None:
    alone = {**results["upstream"]["fluency"]}
    del alone[OWN_VOICE]
    section = results["upstream"]["prosody"]
    assert voice_of({"prosody": section, "fluency": alone}) == section
