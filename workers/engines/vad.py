"""Voice activity by Silero VAD (its ONNX form is carried by faster-whisper), without torch.

Streaming: sound goes in block by block, the network's state is carried over, and what stays in
memory is one probability per 32 ms.
"""

from __future__ import annotations

from array import array
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workers.engines.types import SAMPLE_RATE, EngineError, Span

WINDOW = 512
"""Samples a probability stands for: 32 ms."""
CONTEXT = 64
"""Samples of the window before that the network wants to see again."""
STEP_S = WINDOW / SAMPLE_RATE
BATCH = 512
SPEECH_ON, SPEECH_OFF = 0.5, 0.35
"""Silero's own thresholds: speech begins above the one and ends below the other."""
MIN_SPEECH_S = 0.1
MIN_SILENCE_S = 0.2
PAD_S = 0.03
MODEL = "silero-vad v6"


class SpeechDetector:
    """Feed mono float32 at 16 kHz with `push`, then `finish` and read `spans`."""

    def __init__(self) -> None:
        self._session = _session()
        self._state = [np.zeros((1, 1, 128), dtype=np.float32) for _ in range(2)]
        self._context = np.zeros(CONTEXT, dtype=np.float32)
        self._rest: NDArray[np.float32] = np.zeros(0, dtype=np.float32)
        self._samples = 0
        self.probabilities: array[float] = array("f")

    def push(self, block: NDArray[np.float32]) -> None:
        self._samples += len(block)
        self._rest = np.concatenate((self._rest, block))
        while len(self._rest) >= WINDOW * BATCH:
            self._run(self._rest[: WINDOW * BATCH])
            self._rest = self._rest[WINDOW * BATCH :]

    def finish(self) -> None:
        missing = -len(self._rest) % WINDOW
        padded = np.concatenate((self._rest, np.zeros(missing, dtype=np.float32)))
        if len(padded):
            self._run(padded)
        self._rest = self._rest[:0]

    def spans(self) -> list[Span]:
        """Stretches of speech in seconds, in order, apart by at least `MIN_SILENCE_S`."""
        return spans_of(np.frombuffer(self.probabilities, np.float32), self._samples / SAMPLE_RATE)

    def _run(self, samples: NDArray[np.float32]) -> None:
        windows = samples.reshape(-1, WINDOW)
        before = np.vstack((self._context, windows[:-1, -CONTEXT:]))
        self._context = windows[-1, -CONTEXT:]
        found, *self._state = self._session.run(
            None,
            {
                "input": np.concatenate((before, windows), axis=1),
                "h": self._state[0],
                "c": self._state[1],
            },
        )
        self.probabilities.extend(float(p) for p in found.reshape(-1))


def spans_of(probabilities: NDArray[np.float32], duration_s: float) -> list[Span]:
    """Speech by hysteresis over the probabilities, short silences closed, short speech dropped."""
    raw: list[list[float]] = []
    speaking = False
    for index, p in enumerate(probabilities):
        if speaking and p < SPEECH_OFF:
            raw[-1][1] = index * STEP_S
            speaking = False
        elif not speaking and p >= SPEECH_ON:
            raw.append([index * STEP_S, duration_s])
            speaking = True
    joined: list[list[float]] = []
    for start, end in raw:
        if joined and start - joined[-1][1] < MIN_SILENCE_S:
            joined[-1][1] = end
        else:
            joined.append([start, end])
    return [
        Span(start=round(max(0.0, start - PAD_S), 3), end=round(min(duration_s, end + PAD_S), 3))
        for start, end in joined
        if end - start >= MIN_SPEECH_S
    ]


@cache
def _session() -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(
        str(_model_file()), sess_options=options, providers=["CPUExecutionProvider"]
    )


def _model_file() -> Path:
    spec = find_spec("faster_whisper")
    for folder in spec.submodule_search_locations or () if spec else ():
        found = sorted(Path(folder, "assets").glob("silero_vad*.onnx"))
        if found:
            return found[-1]
    raise EngineError(
        "engine_missing",
        "The voice detector is not installed on this machine.",
        detail="faster_whisper/assets/silero_vad*.onnx not found",
    )
