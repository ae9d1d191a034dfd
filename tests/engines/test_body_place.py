"""A camera in the corner of a shared screen: the body is measured there, and drawn there."""

from __future__ import annotations

from itertools import islice
from typing import Any

import cv2
import numpy as np
import pytest

from tests.data import shared
from workers.engines.body.place import Place, cropped, in_film, inset_ratio, places_of
from workers.engines.body.skeleton import skeleton
from workers.engines.body.speaker import Picture
from workers.engines.body.watch import Track, watch
from workers.engines.media import frames

FPS = 5.0
FILM = (1280, 720)


def box(left: int, top: int, width: int, height: int) -> dict[str, float]:
    """In shares of the film."""
    return {"x": left / FILM[0], "y": top / FILM[1],
            "width": width / FILM[0], "height": height / FILM[1]}  # fmt: skip


@pytest.fixture(scope="module")
def head() -> list[Picture]:
    path = shared("talking_head.mp4")
    return [picture for _, picture in islice(frames(str(path), FPS, max_side=512), 6)]


@pytest.fixture(scope="module")
def alone(head: list[Picture]) -> Track:
    return watch((at / FPS, picture) for at, picture in enumerate(head))


@pytest.fixture(scope="module")
def place(head: list[Picture]) -> dict[str, float]:
    """As the studio puts a camera of that shape."""
    height, width = head[0].shape[:2]
    scale = min(0.24 * FILM[0] / width, 0.4 * FILM[1] / height)
    w, h = round(width * scale), round(height * scale)
    return box(FILM[0] - w - 16, FILM[1] - h - 16, w, h)


@pytest.fixture(scope="module")
def film(head: list[Picture], place: dict[str, float]) -> list[tuple[float, Picture]]:
    """A slide that shows another, larger face, and the head in the corner."""
    slide = np.full((FILM[1], FILM[0], 3), 235, dtype=np.uint8)
    stranger = cv2.resize(head[0][:, ::-1], (700, 500))
    slide[20:520, 40:740] = stranger
    made = []
    for at, picture in enumerate(head):
        shown = slide.copy()
        left, top = round(place["x"] * FILM[0]), round(place["y"] * FILM[1])
        w, h = round(place["width"] * FILM[0]), round(place["height"] * FILM[1])
        shown[top : top + h, left : left + w] = cv2.resize(
            picture, (w, h), interpolation=cv2.INTER_AREA
        )
        made.append((at / FPS, shown))
    return made


@pytest.fixture(scope="module")
def places(place: dict[str, float]) -> list[Place]:
    return places_of({"cameraPlaces": [{"t": 0, **place}]})


@pytest.fixture(scope="module")
def cornered(film: list[tuple[float, Picture]], places: list[Place]) -> Track:
    return watch(cropped(iter(film), places))


def test_it_works(alone: Track, cornered: Track) -> None:
    """The same head, a quarter as wide: the same direction, size and place in its own picture."""
    assert np.isfinite(cornered.face).all(), "a face in every picture"
    assert np.abs(cornered.face - alone.face).max() < 0.05
    assert np.abs(np.median(cornered.head - alone.head, axis=0)).max() < 4, "degrees"
    assert np.nanmax(cornered.people) == 1, "nobody on the slide is looked at"


def test_what_is_drawn_lies_where_the_film_shows_it(
    cornered: Track, places: list[Place], place: dict[str, float]
) -> None:
    drawn = np.array(skeleton(cornered, in_film(cornered, places))["faces"]) / 1000
    assert (drawn[:, 0] > place["x"]).all() and (drawn[:, 1] > place["y"]).all()
    assert (drawn[:, 2] < place["height"]).all()
    assert in_film(cornered, places).aspect == pytest.approx(16 / 9, abs=0.02)


def test_where_the_camera_moves_nothing_is_looked_at_and_without_it_neither() -> None:
    black = np.zeros((90, 160, 3), dtype=np.uint8)
    full = {"x": 0, "y": 0, "width": 1, "height": 1}
    told = [{"t": 0, **box(960, 540, 320, 180)}, {"t": 2, **full}, {"t": 4}]
    places = places_of({"cameraPlaces": told})
    seen = [(time, part.shape[:2]) for time, part in
            cropped(((second / 2, black) for second in range(12)), places)]  # fmt: skip
    assert seen == [(0, (22, 40)), (0.5, (22, 40)), (1, (22, 40)), (1.5, (22, 40)),
                    (2.5, (90, 160)), (3, (90, 160)), (3.5, (90, 160))]  # fmt: skip


def test_the_share_in_the_corner_is_told_only_where_a_screen_was_shared(
    cornered: Track, places: list[Place]
) -> None:
    assert inset_ratio(cornered, places) == 1.0
    assert inset_ratio(cornered, []) is None


@pytest.mark.parametrize(
    "told",
    [
        {}, {"cameraPlaces": None}, {"cameraPlaces": "corner"}, {"cameraPlaces": [3]},
        {"cameraPlaces": [{"x": 0.1}]}, {"cameraPlaces": [{"t": 0, "x": 0.5, "y": 0.5}]},
        {"cameraPlaces": [{"t": 0, **box(960, 540, 900, 180)}]},
        {"cameraPlaces": [{"t": "nan"}]}, {"cameraPlaces": [{"t": 10**400}]},
        {"cameraPlaces": [{"t": float("nan"), **box(960, 540, 320, 180)}]},
        {"cameraPlaces": [{"t": 0, **box(960, 540, 3, 180)}]},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_not_believed(told: dict[str, Any]) -> None:
    assert places_of(told) == []
