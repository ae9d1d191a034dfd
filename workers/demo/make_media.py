"""Speaks what the demo learner says with flite: `python -m workers.demo.make_media`.

Into small Opus recordings, of scripts.json and training.json.
`<0.8>` in a script is a pause of that many seconds. `stretch` slows the voice down, `pitch_sd`
(Hz) makes it livelier, so that the learner is heard to improve over the six weeks. Where there are
`turns`, each is a voice and its text.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Any

import av
import numpy as np
import soundfile

from workers.demo.scripts import HERE, PAUSE, scripts, training

MEDIA = HERE / "media"
RATE = 48_000
TURN_S = 0.8


def speak(
    text: str, *, stretch: float, pitch_sd: float, voice: str = "slt"
) -> tuple[np.ndarray, int]:
    """Mono samples of `text` by a voice of flite's, its own leading and trailing silence cut."""
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder, "speech.wav")
        settings = {
            "duration_stretch": stretch,
            "int_f0_target_mean": 180 if voice == "slt" else 105,
            "int_f0_target_stddev": pitch_sd,
        }
        options = [part for k, v in settings.items() for part in ("--setf", f"{k}={v}")]
        subprocess.run(["flite", "-voice", voice, *options, "-t", text, "-o", wav], check=True)
        samples, rate = soundfile.read(wav, dtype="float32")
    loud = np.flatnonzero(np.abs(samples) > 0.01)
    return samples[max(loud[0] - 400, 0) : loud[-1] + 400], rate


def recording(script: dict[str, Any]) -> tuple[np.ndarray, int]:
    """The whole practice: phrases with their planted pauses, over a quiet room."""
    rate = 16_000
    pieces = [np.zeros(int(0.4 * rate), np.float32)]
    for turn, (voice, text) in enumerate(script.get("turns") or [("slt", script["text"])]):
        if turn:
            pieces.append(np.zeros(int(TURN_S * rate), np.float32))
        for index, part in enumerate(PAUSE.split(text)):
            if index % 2:
                pieces.append(np.zeros(int(float(part) * rate), np.float32))
            elif part.strip():
                spoken, rate = speak(
                    part, stretch=script["stretch"], pitch_sd=script["pitch_sd"], voice=voice
                )
                pieces.append(spoken)
    samples = np.concatenate([*pieces, np.zeros(int(0.5 * rate), np.float32)])
    room = np.random.default_rng(len(samples)).normal(0, 0.0008, len(samples))
    return (samples + room).astype(np.float32), rate


def write_opus(samples: np.ndarray, rate: int, path: Path) -> None:
    with av.open(str(path), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono")
        stream.bit_rate = 28_000
        frame = av.AudioFrame.from_ndarray(samples[None, :], format="flt", layout="mono")
        frame.sample_rate = rate
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE, frame_size=960)
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))


def main() -> None:
    MEDIA.mkdir(exist_ok=True)
    for script in [*scripts(), *training()]:
        if script.get("in_writing"):
            continue
        samples, rate = recording(script)
        write_opus(samples, rate, MEDIA / f"{script['slug']}.ogg")
        print(f"{script['slug']}: {len(samples) / rate:.1f} s")  # noqa: T201


if __name__ == "__main__":
    main()
