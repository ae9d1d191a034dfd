"""What a score can be heard by."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.engines.content.build import job, measured
from workers.engines import score
from workers.engines.types import SKILLS


def scored(tmp: Path, sections: dict[str, Any], **options: Any) -> dict[str, Any]:
    return dict(score.run(job("score", sections, tmp, **options), lambda *a, **k: None))


def test_playable_moments_come_first(tmp_path: Path) -> None:
    section = scored(tmp_path, measured())["section"]
    for skill in SKILLS:
        playable = [one["start"] is not None for one in section[skill]["evidence"]]
        assert playable == sorted(playable, reverse=True)
        assert len(playable) <= 5
    assert section["fluency"]["evidence"][0]["text"] == "“um”"
    assert section["fluency"]["evidence"][0]["start"] < 10.0


def test_few_pauses_play_the_longest_stretch_without_one(tmp_path: Path) -> None:
    few = scored(tmp_path, measured(**{"fluency.pauses.per_minute": 3.0}))["section"]
    first = few["pauses"]["evidence"][0]
    assert (first["kind"], first["start"], first["end"]) == ("breathless", 21.5, 41.5)
    assert first["text"] == "100 seconds without a pause."
    many = scored(tmp_path, measured())["section"]["pauses"]["evidence"]
    assert "breathless" not in {one["kind"] for one in many}


def test_a_loud_room_is_played_by_itself(tmp_path: Path) -> None:
    speech = [{"start": 1.0, "end": 20.0}, {"start": 20.4, "end": 50.0}, {"start": 55, "end": 121}]
    loud = measured(**{"audio.speech": speech, "prosody.signal_to_noise_db": 9.0})
    first = scored(tmp_path, loud)["section"]["clarity"]["evidence"][0]
    assert (first["kind"], first["start"], first["end"]) == ("room", 50.0, 53.0)
    quiet = scored(tmp_path, measured(**{"audio.speech": speech}))["section"]["clarity"]
    assert "room" not in {one["kind"] for one in quiet["evidence"]}


def test_few_signposts_play_the_longest_stretch_without_one(tmp_path: Path) -> None:
    few = measured(**{
        "content.signposting.per_100_words": 0.4,
        "content.signposting.items": [{"text": "first", "start": 5.0, "end": 9.0, "kind": "order"}],
        "transcribe.sentences": [{"text": "One.", "start": 1.0, "end": 9.0},
                                 {"text": "All.", "start": 9.5, "end": 60.0}],
    })  # fmt: skip
    shown = scored(tmp_path, few)["section"]["structure"]["evidence"]
    (stretch,) = [one for one in shown if one["kind"] == "unmarked"]
    assert (stretch["start"], stretch["end"]) == (9.0, 29.0)
    assert stretch["text"] == "51 seconds without a signpost."
    enough = scored(tmp_path, measured())["section"]["structure"]["evidence"]
    assert "unmarked" not in {one["kind"] for one in enough}


def test_pace_evidence_plays_the_fastest_and_slowest_moment(tmp_path: Path) -> None:
    path = tmp_path / "pace.json"
    series = {"start": 5.0, "step": 10.0, "unit": "words/min", "values": [150, 220, None, 90]}
    path.write_text(json.dumps(series))
    section = scored(tmp_path, measured(), artifacts={"series.pace": str(path)})["section"]
    first, second = section["pace"]["evidence"][:2]
    assert (first["kind"], first["start"], first["end"]) == ("fastest_pace", 10.0, 20.0)
    assert second["kind"] == "slowest_pace"
