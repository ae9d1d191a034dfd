"""Sound that exists in memory only, on its way into an engine that reads files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from workers.engines.types import SAMPLE_RATE


@contextmanager
def written(samples: Any) -> Iterator[Path]:
    """A 16-bit FLAC of the samples, as the `audio` stage leaves it, for the length of the block."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sound.flac")
        soundfile.write(path, np.clip(samples, -1, 1), SAMPLE_RATE, subtype="PCM_16")
        yield path
