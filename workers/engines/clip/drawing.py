"""What is drawn into a clip: captions, the title card, the waveform of a talk without pictures."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from workers.engines.clip.sound import Samples

FONTS = Path(__file__).resolve().parents[3] / "static" / "vendor" / "fonts"
SANS, SERIF = "source-sans-3", "brygada-1918"
SUBSETS = ("latin", "latin-ext")
PAPER, INK, SOFT, FAINT = "#faf7f1", "#1f2337", "#4f5266", "#cfc9bd"
"""The product's paper and ink (static/css/tokens.css), in sRGB."""
CAPTION_SIZE, CAPTION_WIDTH = 0.052, 0.86
"""Of the picture's shorter side, and of its width."""
CAPTION_FOOT = {"wide": 0.93, "square": 0.92, "tall": 0.78}
"""Where the last line ends: a phone's own buttons lie over the foot of an upright picture."""
CAPTION_LOWEST = {"wide": 0.97, "square": 0.96, "tall": 0.88}
"""Where it ends at the lowest, so that it leaves the mouth of a close face free."""
BARS = 96
Picture = NDArray[np.uint8]
Size = tuple[int, int]


class Overlay:
    """A caption as it is laid over a picture: only the rectangle it covers.

    It stands at the foot, lower where two lines would cover `lips`, the share of the height down
    to which a mouth is.
    """

    def __init__(self, text: str, size: Size, shape: str, lips: float = 0.0) -> None:
        font_px = round(min(size) * CAPTION_SIZE)
        image = Image.new("RGBA", size, (0, 0, 0, 0))
        draw = ImageDraw.Draw(image)
        lines = _balanced(text, font_px, size[0] * CAPTION_WIDTH)
        step, pad = round(font_px * 1.36), round(font_px * 0.35)
        free = min(lips + 2 * step / size[1], CAPTION_LOWEST[shape])
        top = round(size[1] * max(CAPTION_FOOT[shape], free)) - step * len(lines)
        for i, line in enumerate(lines):
            width = _length(line, SANS, 620, font_px)
            x, y = (size[0] - width) / 2, top + i * step
            draw.rectangle((x - pad, y, x + width + pad, y + step), fill=(12, 13, 22, 190))
        for i, line in enumerate(lines):
            x = (size[0] - _length(line, SANS, 620, font_px)) / 2
            _write(draw, line, (x, top + i * step + font_px * 0.08), SANS, 620, font_px, "#ffffff")
        left, top, right, foot = image.getbbox() or (0, 0, 1, 1)
        rgba = np.asarray(image, dtype=np.float32)[top:foot, left:right]
        self._place = (slice(top, foot), slice(left, right))
        self._alpha = rgba[..., 3:] / 255.0
        self._colour = rgba[..., :3] * self._alpha

    def over(self, picture: Picture) -> None:
        """Lay it over `picture` in place."""
        below = picture[self._place]
        below[...] = (below * (1 - self._alpha) + self._colour).astype(np.uint8)


def card(title: str, subtitle: str, size: Size) -> Picture:
    """The title on paper, as large as fits in four lines."""
    image = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(image)
    room = size[0] * 0.8
    title_px = round(min(size) * 0.11)
    while title_px > min(size) * 0.05 and (len(_wrapped(title, SERIF, 600, title_px, room)) > 4):
        title_px = round(title_px * 0.9)
    lines = _wrapped(title, SERIF, 600, title_px, room)[:6]
    small_px, step = round(min(size) * 0.042), round(title_px * 1.2)
    y = (size[1] - step * len(lines) - (small_px * 2 if subtitle else 0)) / 2
    for line in lines:
        _write(draw, line, (size[0] * 0.1, y), SERIF, 600, title_px, INK)
        y += step
    draw.rectangle((size[0] * 0.1, y + small_px * 0.5, size[0] * 0.1 + small_px * 2,
                    y + small_px * 0.5 + max(2, small_px // 12)), fill=INK)  # fmt: skip
    for line in _wrapped(subtitle, SANS, 420, small_px, room)[:1]:
        _write(draw, line, (size[0] * 0.1, y + small_px), SANS, 420, small_px, SOFT)
    return np.asarray(image)


class Wave:
    """The waveform of a cut's sound, filled as far as it has been heard."""

    def __init__(self, sound: Samples, title: str, size: Size) -> None:
        cells = np.array_split(np.abs(sound).max(axis=0), BARS)
        levels = np.array([cell.max() if len(cell) else 0.0 for cell in cells])
        self._levels = np.sqrt(levels / max(float(levels.max()), 1e-4))
        self._title, self._size = title, size
        self._ahead, self._heard = self._drawn(FAINT), self._drawn(INK)

    def at(self, ratio: float) -> Picture:
        left, width = self._size[0] * 0.1, self._size[0] * 0.8
        edge = round(left + width * min(max(ratio, 0.0), 1.0))
        picture = self._ahead.copy()
        picture[:, :edge] = self._heard[:, :edge]
        return picture

    def _drawn(self, colour: str) -> Picture:
        width, height = self._size
        image = Image.new("RGB", self._size, PAPER)
        draw = ImageDraw.Draw(image)
        px = round(min(self._size) * 0.055)
        for i, line in enumerate(_wrapped(self._title, SERIF, 600, px, width * 0.8)[:3]):
            _write(draw, line, (width * 0.1, height * 0.12 + i * px * 1.25), SERIF, 600, px, INK)
        step, middle, most = width * 0.8 / BARS, height * 0.5, min(self._size) * 0.2
        for i, level in enumerate(self._levels):
            x, tall = width * 0.1 + i * step, max(2.0, most * float(level))
            draw.rounded_rectangle(
                (x, middle - tall, x + step * 0.62, middle + tall), step * 0.31, fill=colour
            )
        return np.asarray(image)


def drawable(text: str) -> bool:
    """Whether every letter has a shape in the fonts that ship."""
    return all(char.isspace() or _subset(char, SANS) is not None for char in text)


def _balanced(text: str, px: int, room: float) -> list[str]:
    """A caption's lines, about as long as each other: no word is left alone on the last."""
    lines = _wrapped(text, SANS, 620, px, room)
    for share in (0.55, 0.65, 0.75, 0.85):
        narrower = _wrapped(text, SANS, 620, px, room * share)
        if len(narrower) == len(lines):
            return narrower
    return lines


def _wrapped(text: str, family: str, weight: int, px: int, room: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _length(longer, family, weight, px) <= room:
            lines[-1] = longer
        else:
            lines += _pieces(word, family, weight, px, room)
    return lines


def _pieces(word: str, family: str, weight: int, px: int, room: float) -> list[str]:
    """The word, cut where it is wider than a line."""
    pieces = [""]
    for char in word:
        if pieces[-1] and _length(pieces[-1] + char, family, weight, px) > room:
            pieces.append("")
        pieces[-1] += char
    return pieces


def _length(text: str, family: str, weight: int, px: int) -> float:
    return sum(_font(name, weight, px).getlength(run) for run, name in _runs(text, family))


def _write(
    draw: ImageDraw.ImageDraw, text: str, at: tuple[float, float],
    family: str, weight: int, px: int, colour: str,
) -> None:  # fmt: skip
    x, y = at
    for run, name in _runs(text, family):
        font = _font(name, weight, px)
        draw.text((x, y + px), run, font=font, fill=colour, anchor="ls")
        x += font.getlength(run)


def _runs(text: str, family: str) -> list[tuple[str, str]]:
    """Stretches of text with the font file that has their letters."""
    runs: list[tuple[str, str]] = []
    for char in text:
        name = _subset(char, family) or f"{family}-{SUBSETS[0]}"
        if char.isspace() and runs:
            name = runs[-1][1]
        if runs and runs[-1][1] == name:
            runs[-1] = (runs[-1][0] + char, name)
        else:
            runs.append((char, name))
    return runs


@lru_cache(maxsize=4096)
def _subset(char: str, family: str) -> str | None:
    for subset in SUBSETS:
        name = f"{family}-{subset}"
        font = _font(name, 400, 24)
        if bytes(font.getmask(char)) != bytes(font.getmask("\uffff")):
            return name
    return None


@lru_cache(maxsize=64)
def _font(name: str, weight: int, px: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(FONTS / f"{name}.woff2"), px)
    font.set_variation_by_axes([weight])
    return font
