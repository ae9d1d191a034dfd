"""A talk of any length as a video: words by flite, a face where one is at hand.

The words are the demo scripts', over and over. The picture is `talking_head.mp4` of the shared
data in a loop, else a moving bar (then MediaPipe finds nobody and works a little less).
"""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import av
import imageio_ffmpeg
import numpy as np

from tests.clips import Look, Picture, clip, moving_bar
from tests.synthesis import RATE, say

ROOT = Path(__file__).resolve().parents[1]
SIZE = (480, 480)
UNIT_S = 120
"""Longer talks repeat a unit of this length without encoding it again."""
_PAUSE = re.compile(r"<(\d+(?:\.\d+)?)>")


def make(folder: Path, seconds: int) -> Path:
    """An mp4 of about `seconds` in `folder`; made once."""
    path = folder / f"talk-{seconds}.mp4"
    if path.exists():
        return path
    unit = folder / f"unit-{min(seconds, UNIT_S)}.mp4"
    if not unit.exists():
        sound = _speech(min(seconds, UNIT_S))
        clip(unit, sound, picture=_face() or moving_bar(SIZE), look=Look(size=SIZE, fps=25))
    ffmpeg = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-stream_loop", "-1"]
    cut = ["-i", str(unit), "-c", "copy", "-t", str(seconds), "-movflags", "faststart", str(path)]
    subprocess.run([*ffmpeg, *cut], check=True)
    return path


def picture_kind() -> str:
    return "talking head" if _face_file().exists() else "moving bar"


def _speech(seconds: int) -> np.ndarray:
    scripts = json.loads((ROOT / "workers/demo/scripts.json").read_text(encoding="utf-8"))
    parts: list[np.ndarray] = []
    for script in itertools.cycle(scripts):
        pieces = _PAUSE.split(script["text"])
        said = [float(p) if n % 2 else p for n, p in enumerate(pieces) if n % 2 or p.strip()]
        parts.append(say(*said).samples)
        if sum(map(len, parts)) >= seconds * RATE:
            break
    room = np.random.default_rng(1).normal(0, 0.0008, seconds * RATE)
    return (np.concatenate(parts)[: seconds * RATE] + room).astype(np.float32)


def _face_file() -> Path:
    default = ROOT.parent / "shared" / "data"
    return Path(os.environ.get("ROSTRUM_SHARED_DATA", default)) / "talking_head.mp4"


def _face() -> Callable[[float], Picture] | None:
    """The frame of the looped video at a time, to and fro so that nothing jumps."""
    if not _face_file().exists():
        return None
    with av.open(str(_face_file())) as container:
        frames = [
            frame.reformat(*SIZE, format="rgb24").to_ndarray()
            for frame in container.decode(video=0)
        ]
    there_and_back = frames + frames[-2:0:-1]
    return lambda t: there_and_back[int(t * 25) % len(there_and_back)]
