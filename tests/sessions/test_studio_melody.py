"""The studio follows a voice through the phrases of a melody (static/js/studio/room/measure)."""

from __future__ import annotations

from typing import Any

from tests.node import reckon

FOLLOW = """
const follower = new Follower(lengths);
const ended = [];
let t = 0;
for (const [seconds, hz] of said) {
  for (let n = 0; n < Math.round(seconds * 100); n += 1) {
    t += 0.01;
    if (!follower.add({ t, hz })) continue;
    ended.push({ at: t, began: follower.onset, drawn: follower.drawn() });
    follower.begin(follower.place + 1);
  }
}
return { ended, place: follower.place, waits: follower.waits, middle: follower.middle };
"""


def followed(said: list[tuple[float, float]], lengths: list[float]) -> Any:
    imports = {"studio/room/measure/follow.js": "Follower"}
    return reckon(FOLLOW, imports, said=said, lengths=lengths)


def test_it_works():
    """Two phrases with a rest between, the second five semitones higher."""
    high = 120 * 2 ** (5 / 12)
    found = followed([(1, 0), (1.2, 120), (1, 0), (1.2, high), (1, 0)], [1.4, 1.4])
    first, second = found["ended"]
    assert abs(first["began"] - 1.01) < 0.02 and abs(second["began"] - 3.21) < 0.02
    assert abs(first["at"] - 3.0) < 0.05, "0.8 s after it went silent"
    assert first["drawn"][0] == [0, 0]
    tones = [tone for _t, tone in second["drawn"] if tone is not None]
    assert max(tones) - min(tones) < 0.01 and 2 < tones[0] < 5.1
    assert found["place"] == 2


def test_a_short_pause_inside_a_phrase_does_not_end_it():
    found = followed([(0.5, 120), (0.6, 0), (0.8, 130), (1, 0)], [2.0, 1.0])
    assert len(found["ended"]) == 1
    assert found["ended"][0]["drawn"][-1][0] > 2


def test_a_click_begins_nothing_and_a_cough_is_given_up():
    assert followed([(0.5, 0), (0.02, 200), (1, 0)], [1.4])["waits"]
    cough = followed([(0.2, 300), (2, 0), (1.2, 120), (1, 0)], [1.4])
    assert len(cough["ended"]) == 1 and abs(cough["ended"][0]["began"] - 2.21) < 0.02


def test_after_the_last_phrase_it_listens_for_the_middle_alone():
    found = followed([(1.2, 120), (1, 0), (3, 240)], [1.4])
    assert found["place"] == 1 and len(found["ended"]) == 1
    assert abs(found["middle"] - 240) < 1


def test_nothing_heard_has_no_middle():
    assert followed([(1, 0)], [1.4])["middle"] is None
