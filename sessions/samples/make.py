"""Speaks the sample recording (`python -m sessions.samples.make`; needs flite, kept in the repo).

An interview answer with what an analysis should find: a situation, a task, actions and a result,
filled pauses, a repetition, and pauses both where a sentence ends and where it does not.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

import av
import numpy as np

from sessions.samples import SAMPLE

VOICE = "rms"
BIT_RATE = 40_000

ANSWER: list[str | float] = [
    "So, when I joined the mobile team in March, the new checkout was already six weeks late.", 0.7,
    "um", 0.3, "two people had just left,", 0.35,
    "and nobody could say what was still missing.", 0.9,
    "My task was to get it live before the summer sale,", 0.5, "without cutting the tests.", 1.1,
    "The first thing I did was to write down every open question on one page.", 0.6,
    "uh", 0.25, "I then sat down with the designers,", 0.45,
    "and we we agreed on what could wait.", 0.8,
    "I split the rest into ten small steps,", 0.4, "and every Friday", 0.5, "um", 0.3,
    "we showed one working step to the whole company.", 0.9,
    "You know, that changed the mood more than anything else.", 1.3,
    "In the end we went live four days before the sale.", 0.6,
    "Failed payments fell by thirty percent,", 0.4, "and the team kept the Friday demo.", 0.8,
    "What I learned is that", 0.4, "um", 0.25,
    "people can handle bad news much better than they can handle silence.", 0.6,
]  # fmt: skip
"""What is said, and seconds of silence."""


def say(text: str, folder: Path) -> tuple[np.ndarray, int]:
    """`text` spoken by flite: 16-bit samples and their rate."""
    flite = shutil.which("flite")
    if flite is None:
        sys.exit("flite is needed to speak the sample (Debian: apt install flite).")
    file = folder / "said.wav"
    subprocess.run([flite, "-voice", VOICE, "-t", text, "-o", file], check=True)
    with wave.open(str(file)) as spoken:
        samples = np.frombuffer(spoken.readframes(spoken.getnframes()), np.int16)
        return samples, spoken.getframerate()


def speak() -> tuple[np.ndarray, int]:
    """The whole answer over a quiet room."""
    pieces: list[np.ndarray] = []
    rate = 16_000
    with tempfile.TemporaryDirectory() as folder:
        for part in ANSWER:
            if isinstance(part, str):
                samples, rate = say(part, Path(folder))
                pieces.append(samples)
            else:
                pieces.append(np.zeros(int(part * rate), np.int16))
    sound = np.concatenate(pieces).astype(np.float64)
    room = np.random.default_rng(1).normal(0, 12, len(sound))
    return (sound + room).clip(-32768, 32767).astype(np.int16), rate


def encode(samples: np.ndarray, rate: int, path: Path) -> None:
    with av.open(str(path), "w", format="mp3") as out:
        stream = out.add_stream("libmp3lame", rate=rate, layout="mono")
        stream.bit_rate = BIT_RATE
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="s16", layout="mono")
        frame.sample_rate = rate
        resampler = av.AudioResampler(
            format="s16p", layout="mono", rate=rate, frame_size=stream.frame_size or 1152
        )
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            out.mux(stream.encode(part))
        out.mux(stream.encode(None))


if __name__ == "__main__":
    encode(*speak(), SAMPLE)
    print(f"{SAMPLE.name}: {SAMPLE.stat().st_size:,} bytes")  # noqa: T201
