"""Several people in the picture: one is followed, and only that one."""

from __future__ import annotations

from itertools import islice

import cv2
import numpy as np
import pytest

from tests.data import shared
from tests.engines.test_body_moves import codes
from workers.engines.body.speaker import Face, Picture, Speaker
from workers.engines.body.watch import Track, watch
from workers.engines.media import frames

NEAR: Face = (0.5, 0.4, 0.4)
FAR: Face = (1.4, 0.5, 0.25)
FPS = 5.0


def looked(*looks: list[Face]) -> Speaker:
    speaker = Speaker()
    for time, faces in enumerate(looks):
        speaker.look(float(time), faces)
    return speaker


def hidden(speaker: Speaker) -> tuple[bool, bool]:
    """Whether NEAR and FAR are painted over in a picture of noise, 2 to 1."""
    noise = np.random.default_rng(0).integers(0, 256, (100, 200, 3), dtype=np.uint8)
    changed = (speaker.alone(noise) != noise).any(axis=2)
    return bool(changed[40, 50]), bool(changed[50, 140])


def test_the_larger_face_is_followed_and_the_other_painted_over() -> None:
    assert hidden(looked([FAR, NEAR], [NEAR, FAR])) == (False, True)


def test_one_face_leaves_the_picture_as_it_is() -> None:
    assert hidden(looked([NEAR], [NEAR])) == (False, False)


def test_no_face_leaves_the_picture_as_it_is() -> None:
    assert hidden(looked([], [])) == (False, False)


def test_who_stays_is_not_taken_for_who_left() -> None:
    both = [NEAR, FAR]
    assert hidden(looked(both, both, [FAR], [FAR])) == (False, True)
    assert hidden(looked(both, both, [FAR], both)) == (False, True)


def test_who_stays_for_long_is_followed_then() -> None:
    gone = [[FAR]] * 8
    assert hidden(looked([NEAR, FAR], [NEAR, FAR], *gone)) == (False, False)


def test_a_leap_of_the_only_face_is_the_same_person() -> None:
    speaker = looked([NEAR], [FAR])
    assert hidden(speaker) == (False, False)


def test_who_came_first_yields_to_who_is_there_for_longer() -> None:
    assert hidden(looked([FAR], *[[FAR, NEAR]] * 6)) == (False, True)


def test_one_above_the_other_is_painted_over_by_rows() -> None:
    speaker = looked([(1.0, 0.3, 0.4), (1.1, 0.9, 0.1)])
    noise = np.random.default_rng(0).integers(0, 256, (100, 200, 3), dtype=np.uint8)
    changed = (speaker.alone(noise) != noise).any(axis=2)
    assert not changed[:70].any() and changed[95].any()


@pytest.fixture(scope="module")
def followed() -> Track:
    """A talking head and, smaller, the same one later and the other way round, who stays alone
    in the picture for a second."""
    path = shared("talking_head.mp4")
    head = [picture for _, picture in islice(frames(str(path), FPS, max_side=320), 30)]

    def beside(at: int) -> Picture:
        one, other = head[at], head[at + 12][:, ::-1]
        height, width = one.shape[:2]
        other = cv2.resize(other, (width * 3 // 4, height * 3 // 4))
        picture = np.full((height, width + other.shape[1], 3), 90, dtype=np.uint8)
        picture[height - other.shape[0] :, width:] = other
        if not 5 <= at < 10:
            picture[:, :width] = one
        return picture

    return watch((at / FPS, beside(at)) for at in range(15))


def test_face_and_body_are_those_of_the_one_followed(followed: Track) -> None:
    there = np.r_[0:5, 10:15]
    assert (followed.people[[0, 10]] == 2).all()
    assert np.ptp(followed.face[there, 0]) < 0.2
    assert np.abs(followed.pose[there, 0, 0] - followed.face[there, 0]).max() < 0.25


def test_nobody_is_measured_while_the_one_followed_is_away(followed: Track) -> None:
    assert np.isnan(followed.face[5:10]).all()


def test_slides_alone_have_nobody_in_them() -> None:
    chance = np.random.default_rng(0)

    def slide(number: int) -> Picture:
        picture = np.full((288, 512, 3), 245, dtype=np.uint8)
        cv2.putText(picture, f"Slide {number}: costs", (40, 70), 0, 1.2, (20, 20, 60), 2)
        for bar in range(6):
            height = int(chance.integers(20, 150))
            picture[260 - height : 260, 60 + 70 * bar : 100 + 70 * bar] = (30, 90, 160)
        return picture

    slides = [slide(number) for number in range(4)]
    assert codes([slides[at // 5] for at in range(20)]) == {"no_person"}
