"""What the studio makes of a shared screen: which looks see another slide, where the camera is."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pytest

from tests.node import reckon

Grey = npt.NDArray[np.uint8]
LOOK_S = 0.5
NOISE = np.random.default_rng(5)


def slide(number: int) -> Grey:
    """White with lines of text in places of its own, and the noise of an encoder."""
    picture = np.full((36, 64), 245.0)
    lines = np.random.default_rng(number)
    for top in lines.choice(np.arange(2, 34, 2), 8, replace=False):
        picture[top, 4 : lines.integers(20, 60)] = 90
    return np.clip(picture + NOISE.normal(0, 3, picture.shape), 0, 255).astype(np.uint8)


def found(pictures: Iterable[Grey]) -> list[float]:
    looks = [picture.ravel().tolist() for picture in pictures]
    code = """const changes = new Changes();
    return looks.map((look, i) => changes.look(look, i / 2)).filter((t) => t !== null);"""
    told = reckon(code, {"studio/screen/changes.js": "Changes"}, looks=looks)
    return [float(t) for t in told]


def test_it_works() -> None:
    """The moment at which another slide came, however long it stays."""
    assert found([slide(1)] * 4 + [slide(2)] * 6 + [slide(3)] * 3) == [2.0, 5.0]


def test_a_slide_that_fades_in_is_one_from_where_it_began() -> None:
    fade = [
        (slide(1) * (1 - share) + slide(2) * share).astype(np.uint8) for share in (0.25, 0.5, 0.75)
    ]
    assert found([*[slide(1)] * 4, *fade, *[slide(2)] * 4]) == [2.0]


def test_a_cursor_and_an_encoders_noise_are_no_slide() -> None:
    pictures = [slide(1) for _look in range(12)]
    for at, picture in enumerate(pictures):
        picture[10 + at : 12 + at, 5 * at : 5 * at + 2] = 0
    assert found(pictures) == []


def test_a_film_on_the_screen_is_none_until_it_is_over() -> None:
    film = [NOISE.integers(0, 256, (36, 64)).astype(np.uint8) for _look in range(10)]
    assert found([slide(1), slide(1), *film]) == []
    assert found([slide(1), slide(1), *film, slide(2), slide(2), slide(2)]) == [3.5]


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (640, 480), (720, 1280)])
def test_the_camera_keeps_its_shape_and_stays_in_the_film(width: int, height: int) -> None:
    code = "return [fitted(width, height), cornered(width, height)];"
    modules = {"studio/screen/layout.js": "fitted, cornered"}
    for box in reckon(code, modules, width=width, height=height):
        assert min(box["x"], box["y"]) >= 0
        assert max(box["x"] + box["width"], box["y"] + box["height"]) <= 1.0001
        shape = box["width"] * 1280 / (box["height"] * 720)
        assert shape == pytest.approx(width / height, rel=0.01)
    assert box["width"] <= 0.24 and box["height"] <= 0.4, "in the corner"
