"""The GPU that Whisper runs on: how much it takes at once, what it is, and how its faults read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from workers.engines.types import EngineError

ON_CPU, UNKNOWN, MOST = 4, 16, 32
"""Stretches at once: on a CPU; on a GPU whose memory cannot be read, because torch was built
without it; and beyond which a GPU is busy already."""
RESERVE_BYTES, EACH_BYTES = 2 * 1024**3, 700 * 1024**2
"""Left free, and reckoned for a stretch of 30 s with Whisper large-v3's 32 layers in fp16: keys
and values of 1500 frames (245 MB), those of five beams of 448 tokens (370 MB), and what passes."""
_DRIVER = Path("/proc/driver/nvidia/version")
_MEMORY = re.compile(r"out of memory|failed to allocate|alloc_failed", re.IGNORECASE)
_LOST = re.compile(r"cuda|cudnn|cublas|nvidia|device-side assert", re.IGNORECASE)


def batch_size(device: str) -> int:
    """Stretches at once: by the memory that is free now on a GPU, few on a CPU."""
    if device != "cuda":
        return ON_CPU
    import torch

    return fitting(torch.cuda.mem_get_info()[0]) if torch.cuda.is_available() else UNKNOWN


def fitting(free_bytes: int) -> int:
    return max(1, min(MOST, (free_bytes - RESERVE_BYTES) // EACH_BYTES))


def described(device: str) -> str:
    """Name and driver of the GPU; empty on a CPU."""
    if device != "cuda":
        return ""
    import torch

    name = torch.cuda.get_device_name() if torch.cuda.is_available() else "CUDA"
    found = re.search(r"\d+\.\d+(?:\.\d+)?", _DRIVER.read_text()) if _DRIVER.exists() else None
    return f"{name}, driver {found[0]}" if found else str(name)


def fault(error: RuntimeError) -> Literal["memory", "lost"] | None:
    """What CTranslate2's or torch's error says of the GPU; None where it is about other things."""
    text = str(error)
    if _MEMORY.search(text):
        return "memory"
    return "lost" if _LOST.search(text) else None


def smaller(size: int, error: RuntimeError) -> int:
    """How many stretches to try after `error`, half as many. Raises what `told` makes of it where
    even one is too many, or where it is no want of memory."""
    if fault(error) == "memory" and size > 1:
        return size // 2
    raise told(error) from error


def told(error: RuntimeError) -> Exception:
    """EngineError where the GPU is full (`out_of_memory`) or gone (`gpu_lost`), else the error."""
    what = fault(error)
    if what is None:
        return error
    message = "The graphics card has too little memory for this recording."
    if what == "lost":
        message = "The graphics card stopped working in the middle of this."
    code = {"memory": "out_of_memory", "lost": "gpu_lost"}[what]
    return EngineError(code, message, detail=str(error), retry=True)
