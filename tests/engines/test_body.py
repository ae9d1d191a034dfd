from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.clips import clip
from tests.data import shared
from tests.engines.sounds import Progress, artifact, job, nulls
from workers.engines import body
from workers.engines.body import measures
from workers.engines.body.geometry import Signals, signals
from workers.engines.body.gestures import gestures
from workers.engines.body.smoothing import one_euro
from workers.engines.body.watch import Track, head_angles
from workers.engines.types import StageOutput

FPS = 5.0


def person(
    seconds: float = 20.0,
    *,
    tilt: float = 0.0,
    lean: float = 0.0,
    x: float = 0.8,
    yaw: float = 0.0,
    pitch: float = 0.0,
    drop: float = 0.45,
) -> Track:
    """Somebody who sits still in a 1.6:1 picture: shoulders 0.4 apart, hands in view at rest."""
    count = round(seconds * FPS)
    up, side = np.radians(tilt), np.radians(lean)
    shoulder = np.array([np.cos(up), np.sin(up)]) * 0.2
    middle = np.array([x, drop])
    head = middle - 0.25 * np.array([-np.sin(side), np.cos(side)])
    pose = np.zeros((33, 3))
    pose[:, 2] = 0.99
    pose[:11, :2] = head
    pose[7, :2], pose[8, :2] = head + np.array([0.06, 0]), head - np.array([0.06, 0])
    pose[11, :2], pose[12, :2] = middle + shoulder, middle - shoulder
    for left, right, out, down in ((13, 14, 0.25, 0.2), (15, 16, 0.2, 0.4), (19, 20, 0.2, 0.45)):
        pose[left, :2], pose[right, :2] = (
            middle + np.array([out, down]),
            middle + np.array([-out, down]),
        )
    pose[23:, :2], pose[23:, 2] = [x, 1.6], 0.1  # legs and hips out of the picture
    pose[17, :], pose[18, :] = pose[19, :], pose[20, :]
    return Track(
        times=np.arange(count) / FPS,
        pose=np.repeat(pose[None], count, axis=0),
        head=np.tile([yaw, pitch, 0.0], (count, 1)),
        face=np.tile([head[0], head[1], 0.2], (count, 1)),
        people=np.ones(count),
        aspect=1.6,
        face_parts=np.tile([0.6, 0.05, 0.25], (count, 1)),
        light=np.full(count, 0.5),
        turned_over=np.zeros(count),
    )


def swing(track: Track, wrist: int, start: float, reach: float = 0.3, seconds: float = 1.0) -> None:
    """Move a hand out and back."""
    inside = (track.times >= start) & (track.times < start + seconds)
    phase = (track.times[inside] - start) / seconds
    for point in (wrist, wrist + 4):
        track.pose[inside, point, 1] -= reach * np.sin(np.pi * phase)


@pytest.mark.parametrize("degrees", [0.0, 5.0, 15.0])
def test_it_measures_the_tilt_of_the_shoulders(degrees: float) -> None:
    found = measures.posture(signals(person(tilt=degrees)))
    assert found["shoulder_tilt_degrees"] == pytest.approx(degrees, abs=0.1)
    assert bool(found["items"]) == (degrees > 10)


@pytest.mark.parametrize("degrees", [0.0, -8.0, 14.0])
def test_it_measures_the_lean_to_either_side(degrees: float) -> None:
    found = measures.posture(signals(person(lean=degrees)))
    assert found["lean_degrees"] == pytest.approx(abs(degrees), abs=0.5)


def test_a_better_posture_scores_higher() -> None:
    scores = [
        measures.posture(signals(person(tilt=tilt, lean=lean)))["score"]
        for tilt, lean in ((0, 0), (6, 5), (12, 12), (20, 22))
    ]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 100 and 0 <= scores[-1] < 50


@example({"tilt": 0.0, "sway": 0.0})
@given(
    st.dictionaries(
        st.sampled_from(["tilt", "lean", "openness", "sway", "centring"]), st.floats(0, 90)
    )
)
def test_the_posture_score_stays_within_its_scale(parts: dict[str, float]) -> None:
    whole: dict[str, float | None] = dict.fromkeys(measures.POSTURE_CURVES)
    score = measures.posture_score(whole | parts)
    assert (score is None) == ("tilt" not in parts)
    assert score is None or 0 <= score <= 100


def test_centring_falls_towards_the_edge() -> None:
    middle, side = (measures.posture(signals(person(x=x)))["centring"] for x in (0.8, 0.4))
    assert middle == pytest.approx(1.0) and side == pytest.approx(0.5, abs=0.01)


def test_crossed_arms_are_less_open() -> None:
    crossed = person()
    for left, right in ((15, 16), (19, 20)):
        crossed.pose[:, [left, right], 0] = crossed.pose[:, [right, left], 0]
    assert measures.posture(signals(crossed))["openness"] == pytest.approx(0.5, abs=0.01)
    assert measures.posture(signals(person()))["openness"] == pytest.approx(1.0, abs=0.01)


def test_each_gesture_is_counted_once_with_its_time() -> None:
    track = person(30)
    for start in (3.0, 10.0, 20.0):
        swing(track, 15, start)
    swing(track, 16, 10.0)
    found = gestures(signals(track))
    assert [item["kind"] for item in found["items"]] == ["left", "both", "left"]
    for item, start in zip(found["items"], (3.0, 10.0, 20.0), strict=True):
        assert item["start"] == pytest.approx(start, abs=0.45)
        assert item["end"] == pytest.approx(start + 1.0, abs=0.7)
    assert found["per_minute"] == pytest.approx(6.0, rel=0.05)


def test_trembling_hands_are_no_gestures() -> None:
    track = person(30)
    track.pose[..., :2] += np.random.default_rng(0).normal(0, 0.004, track.pose[..., :2].shape)
    assert gestures(signals(track))["items"] == []


def test_rocking_is_sway_and_walking_is_not() -> None:
    still, rocking, walking = person(40), person(40), person(40)
    rocking.pose[..., 0] += 0.08 * np.sin(2 * np.pi * 0.3 * rocking.times)[:, None]
    walking.pose[..., 0] += np.linspace(-0.3, 0.3, len(walking.times))[:, None]
    values = [measures.sway(signals(track)) for track in (still, rocking, walking)]
    assert values[0] == pytest.approx(0, abs=0.01)
    assert values[1] == pytest.approx(0.08 / 0.4 / np.sqrt(2), rel=0.25)
    assert values[2] < 0.3 * values[1]


def test_a_hand_at_the_face_is_an_event() -> None:
    track = person()
    held = (track.times >= 5) & (track.times < 8)
    for point in (15, 19):
        track.pose[held, point, :2] = track.pose[held, 9, :2] + [0.02, 0.05]
    [item] = measures.hand_to_face(signals(track))["items"]
    assert item["start"] == pytest.approx(5, abs=0.5) and item["end"] == pytest.approx(8, abs=0.5)


def test_facing_allows_for_a_camera_beside_the_screen() -> None:
    """A steady head a little off is calibrated; a profile is not."""
    assert measures.mean(signals(person(yaw=12, pitch=-10)).facing) == 1
    assert measures.mean(signals(person(yaw=40)).facing) == 0


def test_turning_away_is_an_event() -> None:
    track = person(30)
    track.head[50:75, 0] = 50
    found = signals(track)
    assert measures.mean(found.facing) == pytest.approx(125 / 150)
    [item] = measures.turned_away(found)["items"]
    assert (item["start"], item["end"]) == (pytest.approx(10), pytest.approx(15))


def test_a_head_turned_by_known_angles_is_read_back() -> None:
    face = np.zeros((478, 3))
    face[33], face[263] = [-0.05, 0, 0], [0.05, 0, 0]
    face[234], face[454] = [-0.08, 0.03, 0.06], [0.08, 0.03, 0.06]
    face[10], face[152] = [0, -0.1, 0], [0, 0.1, 0]
    for yaw in (-30, 0, 20):
        a = np.radians(yaw)
        turn = np.array([[np.cos(a), 0, -np.sin(a)], [0, 1, 0], [np.sin(a), 0, np.cos(a)]])
        assert head_angles(face @ turn.T)[0] == pytest.approx(yaw, abs=0.5)


def test_shoulders_below_the_picture_give_no_posture() -> None:
    """MediaPipe guesses points outside the picture and calls them likely."""
    track = person(drop=1.05)
    track.head[::10, 0] = 5  # who lives, moves
    section, withheld = body.describe(track, signals(track), FPS)
    assert section["posture"]["score"] is None and section["gestures"]["per_minute"] is None
    assert {entry["code"] for entry in withheld} == {"upper_body_not_visible"}
    assert section["facing_camera_ratio"] == 1


def test_a_cut_is_no_gesture() -> None:
    track = person(20)
    track.pose[50:, :, 0] -= 0.5
    assert gestures(signals(track))["items"] == []


@settings(deadline=None, max_examples=20)
@given(scale=st.floats(0.4, 1.0), tilt=st.floats(0, 25))
def test_distance_to_the_camera_changes_nothing(scale: float, tilt: float) -> None:
    near, far = person(tilt=tilt), person(tilt=tilt)
    centre = np.array([0.8, 0.5])
    far.pose[..., :2] = centre + scale * (far.pose[..., :2] - centre)
    for track in (near, far):
        swing(track, 15, 5.0, reach=0.3 * (scale if track is far else 1))
    first, second = signals(near), signals(far)
    assert measures.posture(first)["shoulder_tilt_degrees"] == pytest.approx(
        measures.posture(second)["shoulder_tilt_degrees"], abs=0.2
    )
    assert len(gestures(first)["items"]) == len(gestures(second)["items"])


def test_joining_a_recording_to_itself_changes_nothing() -> None:
    once = person(30, tilt=4, lean=6)
    for start in (4.0, 12.0, 22.0):
        swing(once, 15, start)
    twice = Track(
        np.concatenate([once.times, once.times + 30]),
        *(np.concatenate([a, a]) for a in (once.pose, once.head, once.face, once.people)),
        aspect=1.6,
        face_parts=np.concatenate([once.face_parts, once.face_parts]),
        light=np.concatenate([once.light, once.light]),
        turned_over=np.zeros(2 * len(once.times)),
    )

    def numbers(found: Signals) -> list[float]:
        posture, moved = measures.posture(found), gestures(found)
        return [posture["score"], moved["per_minute"], moved["space"]]

    assert numbers(signals(twice)) == pytest.approx(numbers(signals(once)), rel=0.03)


def test_smoothing_calms_still_points_and_follows_fast_ones() -> None:
    times = np.arange(100) / FPS
    noise = np.random.default_rng(0).normal(0, 0.01, (100, 1))
    assert one_euro(times, noise).std() < 0.75 * noise.std()
    step = np.where(times < 10, 0.0, 0.5)[:, None]
    assert one_euro(times, step)[52, 0] > 0.4


def test_an_unseen_point_stays_unseen() -> None:
    points = np.ones((10, 1))
    points[4:6] = np.nan
    smooth = one_euro(np.arange(10) / FPS, points)
    assert np.isnan(smooth[4:6]).all() and np.isfinite(smooth[6:]).all()


# --- the models --------------------------------------------------------------------------------


def watched(path: Path, tmp_path: Path) -> StageOutput:
    media = [{"role": "camera", "path": str(path), "filename": path.name, "capture": {}}]
    output = body.run(job("body", tmp_path, media=media), Progress())
    assert {entry["path"] for entry in output["withheld"]} == nulls(output["section"], "/body")
    return output


def test_a_black_video_is_a_result_with_reasons(tmp_path: Path) -> None:
    path = clip(
        tmp_path / "black.mp4", None, seconds=2,
        picture=lambda t: np.zeros((240, 320, 3), dtype=np.uint8),
    )  # fmt: skip
    output = watched(path, tmp_path)
    section = output["section"]
    assert section["frames_analysed"] == 10
    assert section["face_visible_ratio"] == 0 and section["people"] == 0
    assert section["facing_camera_ratio"] is None
    assert {entry["code"] for entry in output["withheld"]} == {"too_dark"}


def test_a_run_without_a_camera_says_so(tmp_path: Path) -> None:
    output = body.run(job("body", tmp_path), Progress())
    assert output["section"]["frames_analysed"] == 0
    assert {entry["code"] for entry in output["withheld"]} == {"no_frames"}


def test_a_face_close_up_has_no_posture(tmp_path: Path) -> None:
    output = watched(shared("talking_head.mp4"), tmp_path)
    section = output["section"]
    assert section["face_visible_ratio"] == 1
    assert section["facing_camera_ratio"] > 0.6
    assert section["posture"]["score"] is None
    assert ("/body/posture/score", "upper_body_not_visible") in {
        (entry["path"], entry["code"]) for entry in output["withheld"]
    }
    series = artifact(output, "series.body")
    assert set(series) == {"facing", "yaw", "tilt", "lean", "gesture_energy"}
    assert artifact(output, "landmarks")["pose"].shape == (section["frames_analysed"], 33, 3)


def test_a_singer_on_a_stage_does_not_face_the_camera(tmp_path: Path) -> None:
    section = watched(shared("stage_performance.mp4"), tmp_path)["section"]
    assert section["facing_camera_ratio"] < 0.5
    assert section["people"] > 1
    assert section["gestures"]["per_minute"] > 10
