"""Gestures from rest to rest, the face, and pictures that are none of a living, upright person."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from tests.data import shared
from tests.engines.test_body import FPS, person, swing
from workers.engines import body
from workers.engines.body.expression import expression
from workers.engines.body.geometry import not_upright, signals
from workers.engines.body.gestures import gestures
from workers.engines.body.measures import hand_to_face, still_picture
from workers.engines.body.skeleton import POINTS, skeleton
from workers.engines.body.speaker import Picture
from workers.engines.body.watch import Track, face_parts, watch
from workers.engines.media import frames
from workers.training.draws import INSIDE
from workers.training.suites.body import film


def held(start: float, stay: float) -> int:
    """How many gestures are counted in one that goes out at `start`, stays, and comes back."""
    track = person(30)
    way = np.interp(track.times, [start, start + 0.6, start + 0.6 + stay, start + 1.2 + stay],
                    [0.0, 0.3, 0.3, 0.0])  # fmt: skip
    track.pose[:, [15, 19], 1] -= way[:, None]
    return len(gestures(signals(track))["items"])


@pytest.mark.parametrize("stay", [0.0, 0.4, 1.0, 1.8])
def test_out_and_back_is_one_gesture(stay: float) -> None:
    assert held(5.0, stay) == 1


def test_a_new_rest_parts_two_movements() -> None:
    assert held(5.0, 8.0) == 2


def test_a_row_of_beats_is_one_gesture() -> None:
    track = person(30)
    for number in range(4):
        swing(track, 15, 5.0 + 0.8 * number, reach=0.3, seconds=0.8)
    assert len(gestures(signals(track))["items"]) == 1


def test_a_touch_of_the_face_is_no_gesture() -> None:
    track = person(30)
    way = np.interp(track.times, [5.0, 5.6, 8.0, 8.6], [0.0, 1.0, 1.0, 0.0])[:, None]
    for point in (15, 19):
        face = track.pose[:, 9, :2] + [0.02, 0.05]
        track.pose[:, point, :2] += way * (face - track.pose[:, point, :2])
    seen = signals(track)
    assert hand_to_face(seen)["count"] == 1
    assert gestures(seen)["items"] == []


def test_a_hand_unseen_for_a_moment_goes_on_with_its_gesture() -> None:
    track = person(30)
    swing(track, 15, 5.0, seconds=2.0)
    track.pose[30:32, [15, 19], 2] = 0.1
    assert len(gestures(signals(track))["items"]) == 1


def test_restless_hands_are_fidgeting_and_no_gestures() -> None:
    calm, restless = person(30), person(30)
    restless.pose[:, [15, 19], 0] += 0.04 * np.sin(2 * np.pi * 1.2 * restless.times)[:, None]
    found = [gestures(signals(track)) for track in (calm, restless)]
    assert found[0]["fidgeting_ratio"] == 0
    assert found[1]["fidgeting_ratio"] > 0.7 and found[1]["items"] == []


def test_moves_that_are_known_are_counted() -> None:
    """Within a tenth over eight speakers; of single ones, one in twenty is off by a fifth."""
    made = found = 0
    for seed in range(8):
        shot = film(seed, far=INSIDE, seconds=60.0)
        made += sum(one.kind != "self_touch" for one in shot.made)
        found += len(gestures(signals(shot.track))["items"])
    assert abs(found - made) <= 0.1 * made


def test_smiles_and_raised_brows_are_moments() -> None:
    track = person(30)
    track.face_parts[25:40, 0] *= 1.25
    track.face_parts[100:104, 2] *= 1.4
    found = expression(track)
    assert found["smile_ratio"] == pytest.approx(15 / 150, abs=0.02)
    assert found["brow_raises_per_minute"] == pytest.approx(2.0)
    assert [item["kind"] for item in found["items"]] == ["smile", "brow_raise"]
    assert found["liveliness"] > expression(person(30))["liveliness"]


def test_talking_is_no_smile() -> None:
    track = person(60)
    noise = np.random.default_rng(0).normal(1.0, 0.06, len(track.times))
    track.face_parts[:, 0] *= noise
    assert expression(track)["smile_ratio"] < 0.05


def test_a_face_seen_for_a_moment_has_no_expression() -> None:
    track = person(20)
    track.face_parts[20:] = np.nan
    assert expression(track)["smile_ratio"] is None


def test_the_parts_of_a_face_do_not_depend_on_its_size() -> None:
    points = np.random.default_rng(0).random((478, 3))
    assert face_parts(0.3 * points) == pytest.approx(face_parts(points))


@pytest.mark.parametrize(("turn", "lying"), [(0, False), (20, False), (90, True), (180, True)])
def test_a_picture_that_is_not_upright_is_noticed(turn: float, lying: bool) -> None:
    track = person()
    a = np.radians(turn)
    middle = np.array([0.8, 0.5])
    matrix = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    track.pose[..., :2] = 0.6 * (track.pose[..., :2] - middle) @ matrix + middle
    track.head[:] = np.nan
    assert not_upright(track) is lying


def test_the_page_gets_what_is_seen_in_thousandths() -> None:
    track = person(4.0)
    track.pose[3:5, 15, 2] = 0.1
    drawn = skeleton(track)
    left, wrist = POINTS.index(11), POINTS.index(15)
    assert len(drawn["times"]) == len(drawn["frames"]) == len(drawn["faces"]) == 20
    assert drawn["frames"][0][2 * left : 2 * left + 2] == [625, 450]
    assert drawn["frames"][3][2 * wrist : 2 * wrist + 2] == [-1, -1]
    assert all(0 <= index < len(POINTS) for line in drawn["lines"] for index in line)


def seen_at(fps: int, seconds: int = 20) -> Track:
    still = person(1)
    times = np.arange(seconds * fps) / fps
    every = {
        name: np.repeat(getattr(still, name)[:1], len(times), axis=0)
        for name in ("pose", "head", "face", "people", "face_parts", "light", "turned_over")
    }
    return replace(still, times=times, **every)  # fmt: skip


@pytest.mark.parametrize("fps", [5, 12, 30, 120])
def test_neither_few_nor_many_pictures_a_second_change_a_gesture(fps: int) -> None:
    track = seen_at(fps)
    for start in (3.0, 8.0, 13.0):
        swing(track, 15, start)
    found = gestures(signals(track))
    assert len(found["items"]) == 3
    assert [item["start"] for item in found["items"]] == pytest.approx([3.0, 8.0, 13.0], abs=0.4)


def test_hands_alone_have_neither_face_nor_posture_and_are_not_counted() -> None:
    track = seen_at(5)
    track.pose[:, :15, 2], track.pose[:, 23:, 2] = 0.1, 0.1
    track.face[:], track.head[:], track.face_parts[:], track.people[:] = np.nan, np.nan, np.nan, 0
    swing(track, 15, 5.0)
    section, withheld = body.describe(track, signals(track), FPS)
    assert section["face_visible_ratio"] == 0 and section["upper_body_visible_ratio"] == 0
    assert section["posture"]["score"] is None and section["gestures"]["per_minute"] is None
    assert {entry["code"] for entry in withheld} == {"no_person"}


# --- the models --------------------------------------------------------------------------------


def codes(pictures: list[Picture]) -> set[str]:
    track = watch((number / FPS, picture) for number, picture in enumerate(pictures))
    return {entry["code"] for entry in body.describe(track, signals(track), FPS)[1]}


@pytest.fixture(scope="module")
def pictures() -> list[Picture]:
    path = Path(shared("talking_head.mp4"))
    return [picture for _, picture in islice(frames(str(path), FPS, max_side=512), 30)]


def test_a_living_face_is_measured(pictures: list[Picture]) -> None:
    assert codes(pictures) == {"upper_body_not_visible"}


def test_a_picture_of_a_face_is_not_taken_for_a_speaker(pictures: list[Picture]) -> None:
    chance = np.random.default_rng(0)
    noisy = [pictures[0] + chance.integers(0, 3, pictures[0].shape) for _ in range(20)]
    assert codes([np.clip(one, 0, 255).astype(np.uint8) for one in noisy]) == {"still_picture"}


def test_a_face_upside_down_is_said(pictures: list[Picture]) -> None:
    turned = [np.ascontiguousarray(one[::-1, ::-1]) for one in pictures]
    assert codes(turned) == {"not_upright"}


def test_who_sits_still_for_two_seconds_is_no_picture() -> None:
    assert not still_picture(person(2.0))
