"""The palette is legible: WCAG contrast and colour-blind distance, computed from tokens.css."""

from __future__ import annotations

import itertools
import math
import re
from pathlib import Path

import pytest
from django.conf import settings

from config.templatetags.ui import SKILLS

Colour = tuple[float, float, float]
TOKENS = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text()
OKLCH = r"oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)"
SCHEMES = ("light", "dark")

GROUNDS = ("paper", "surface", "sunken")
TEXT = [(ink, ground) for ink in ("ink", "ink-soft", "ink-faint") for ground in GROUNDS]
TEXT += [(mood, f"{mood}-wash") for mood in ("ok", "warn", "bad", "info")]
TEXT += [(mood, ground) for mood in ("bad", "ok") for ground in ("paper", "surface")]
TEXT += [("ink", f"{mood}-wash") for mood in ("ok", "warn", "bad", "info", "accent")]
TEXT += [("accent-ink", ground) for ground in ("accent-wash", "paper", "surface")]
TEXT += [("paper", "ink"), ("on-bad", "bad-solid")]
SHAPES = [("line-strong", ground) for ground in GROUNDS]
SHAPES += [("focus", ground) for ground in GROUNDS]
SHAPES += [("accent", "paper"), ("accent", "surface"), ("on-accent", "accent")]
SHAPES += [(f"skill-{skill}", ground) for skill in SKILLS for ground in ("paper", "surface")]


def colour(name: str, scheme: str) -> Colour:
    """A token as lightness, chroma and hue."""
    found = re.search(rf"--{name}: light-dark\({OKLCH}, {OKLCH}\);", TOKENS)
    assert found, f"--{name} is not a light-dark pair of OKLCH colours"
    numbers = [float(part) for part in found.groups()]
    light, dark = numbers[:3], numbers[3:]
    first, second, third = light if scheme == "light" else dark
    return first, second, third


def linear(oklch: Colour) -> Colour:
    """OKLCH to linear sRGB, clipped to the screen's gamut (Ottosson 2020)."""
    lightness, chroma, hue = oklch
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return clipped(
        (
            4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
        )
    )


def clipped(rgb: tuple[float, ...]) -> Colour:
    red, green, blue = (min(1.0, max(0.0, part)) for part in rgb)
    return red, green, blue


def oklab(rgb: Colour) -> Colour:
    red, green, blue = rgb
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def luminance(rgb: Colour) -> float:
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]


def contrast(one: str, other: str, scheme: str) -> float:
    """WCAG 2.2 contrast ratio of two tokens."""
    pair = sorted(luminance(linear(colour(name, scheme))) for name in (one, other))
    return (pair[1] + 0.05) / (pair[0] + 0.05)


EYES = {
    "full sight": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""Linear-RGB simulations of Machado, Oliveira & Fernandes (2009), severity 1."""
APART = 0.085
"""Least OKLab distance of two skills; a just noticeable difference is about 0.02."""


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_is_legible(ink: str, ground: str, scheme: str):
    assert contrast(ink, ground, scheme) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_shapes_stand_out(shape: str, ground: str, scheme: str):
    assert contrast(shape, ground, scheme) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("eyes", EYES)
def test_skills_are_told_apart_by_colour_blind_eyes(eyes: str, scheme: str):
    seen = {}
    for skill in SKILLS:
        rgb = linear(colour(f"skill-{skill}", scheme))
        rows = (sum(a * b for a, b in zip(row, rgb, strict=True)) for row in EYES[eyes])
        seen[skill] = oklab(clipped(tuple(rows)))
    for (one, here), (other, there) in itertools.combinations(seen.items(), 2):
        assert math.dist(here, there) >= APART, f"{one} and {other} look alike with {eyes}"


def test_every_colour_has_a_night_side():
    declared = re.findall(r"--([a-z_-]+): (oklch\([^;]+);", TOKENS)
    assert declared == [], "a colour without light-dark()"
