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


def presence(tmp: Path, **body: Any) -> list[dict[str, Any]]:
    changed = {f"body.{name.replace('__', '.')}": value for name, value in body.items()}
    evidence = scored(tmp, measured(**changed))["section"]["presence"]["evidence"]
    return [one for one in evidence if one["start"] is not None]


def test_looking_elsewhere_is_shown_where_the_camera_is_seldom_faced(tmp_path: Path) -> None:
    away = [{"start": 5.0, "end": 8.0}, {"start": 30.0, "end": 90.0}, {"start": 95.0, "end": 99.0}]
    first = presence(tmp_path, facing_camera_ratio=0.4, away__items=away)[0]
    assert (first["start"], first["end"]) == (30.0, 50.0)
    assert first["text"] == "You look elsewhere for 60 seconds."
    faced = presence(tmp_path, facing_camera_ratio=0.9, away__items=away)
    assert "away" not in {one["kind"] for one in faced}


def test_hands_that_rest_for_long_are_shown_where_they_can_be_seen(tmp_path: Path) -> None:
    made = [{"start": 10.0, "end": 11.0}, {"start": 100.0, "end": 101.0}]
    few = {"per_minute": 1.0, "hands_visible_ratio": 0.95, "items": made}
    first = presence(tmp_path, gestures=few)[0]
    assert (first["kind"], first["start"], first["end"]) == ("still_hands", 11.0, 31.0)
    assert first["text"] == "89 seconds without a gesture."
    hidden = presence(tmp_path, gestures={**few, "hands_visible_ratio": 0.5})
    assert "still_hands" not in {one["kind"] for one in hidden}


def test_the_seconds_with_most_gestures_are_shown_where_there_are_many(tmp_path: Path) -> None:
    starts = [2.0, 20.0, 40.0, 41.0, 44.0, 50.0, 90.0]
    made = [{"start": start, "end": start + 0.5} for start in starts]
    many = {"per_minute": 45.0, "hands_visible_ratio": 0.95, "items": made}
    first = presence(tmp_path, gestures=many)[0]
    assert (first["kind"], first["start"], first["end"]) == ("busy_hands", 40.0, 55.0)
    assert first["text"] == "4 gestures in 15 seconds."


def test_one_moment_of_each_kind_comes_before_a_second_of_any(tmp_path: Path) -> None:
    said = [{"start": at, "end": at + 0.3, "text": "um"} for at in (5.0, 9.0, 15.0)]
    twice = [{"start": 30.0, "end": 31.0, "text": "we we"}]
    given = measured(**{"fluency.fillers.items": said, "fluency.repetitions.items": twice})
    kinds = [one["kind"] for one in scored(tmp_path, given)["section"]["fluency"]["evidence"]]
    assert kinds[:3] == ["filler", "repetition", "filler"]


def test_a_clipped_sound_is_played_where_it_is_clipped_most(tmp_path: Path) -> None:
    peaks = [[-0.2, 0.3]] * 120
    for at in (10, 60, 61, 62):
        peaks[at] = [-0.8, 0.4]
    wave = tmp_path / "waveform.json"
    wave.write_text(json.dumps({"peaks": peaks, "duration_s": 120.0}))
    given, artifacts = measured(**{"audio.clipping_ratio": 0.01}), {"waveform": str(wave)}
    first = scored(tmp_path, given, artifacts=artifacts)["section"]["clarity"]["evidence"][0]
    assert (first["kind"], first["start"], first["end"]) == ("clipped", 60.0, 62.0)
    clean = scored(tmp_path, measured(), artifacts=artifacts)["section"]["clarity"]["evidence"]
    assert "clipped" not in {one["kind"] for one in clean}


def test_the_longest_lapses_of_posture_are_shown_as_sure_as_they_are(tmp_path: Path) -> None:
    items = [
        {"start": 5.0, "end": 8.0, "kind": "lean"},
        {"start": 20.0, "end": 40.0, "kind": "closed"},
        {"start": 50.0, "end": 55.0, "kind": "tilt"},
    ]
    shown = presence(tmp_path, posture__items=items)
    texts = [one["text"] for one in shown if one["kind"] == "posture"]
    assert texts == ["Your arms seem to close here.", "Your shoulders tilt here."]
