"""Speech of known words and times, and what the fluency stage makes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tests.engines.sounds import (
    RATE,
    Progress,
    job,
    nulls,
    silence,
    voice,
    with_noise,
    word,
    write,
)
from workers.engines import fluency, prosody
from workers.engines.types import StageOutput, Word


def measure(
    tmp_path: Path,
    words: list[Word],
    sound: np.ndarray | None,
    *,
    reliability: float | None = 0.95,
    source: str = "machine",
    speech: list[tuple[float, float]] | None = None,
    speakers: list[dict[str, Any]] | None = None,
    **settings: Any,
) -> StageOutput:
    upstream: dict[str, dict[str, Any]] = {
        "transcribe": {
            "words": words, "sentences": [], "reliability": reliability, "source": source,
            "speakers": speakers or [],
        }
    }  # fmt: skip
    artifacts = {}
    if sound is not None:
        artifacts["audio"] = write(tmp_path / "audio.flac", sound)
        spans = speech if speech is not None else [(0.0, len(sound) / RATE)]
        upstream["audio"] = {"speech": [{"start": a, "end": b} for a, b in spans]}
        heard = prosody.run(
            job("prosody", tmp_path, upstream=upstream, artifacts=artifacts), Progress()
        )
        artifacts |= {file["kind"]: file["path"] for file in heard["artifacts"]}
    output = fluency.run(
        job("fluency", tmp_path, upstream=upstream, artifacts=artifacts, **settings), Progress()
    )
    paths = [entry["path"] for entry in output["withheld"]]
    assert sorted(paths) == sorted(nulls(output["section"], "/fluency"))
    assert all(entry["message"] for entry in output["withheld"])
    return output


def speak(*parts: tuple[str, float] | float, seed: int = 0) -> tuple[list[Word], np.ndarray]:
    """Words as buzzes of changing pitch and colour; a number is that much silence."""
    rng = np.random.default_rng(seed)
    words: list[Word] = []
    pieces, t = [], 0.0
    for part in parts:
        if isinstance(part, float):
            pieces.append(silence(part))
            t += part
            continue
        text, seconds = part
        glide = np.linspace(0, rng.choice([-5, 5]), round(seconds * RATE))
        pieces.append(voice(140 * 2 ** (glide / 12)))
        words.append(word(text, t, t + seconds))
        t += seconds
    return words, with_noise(np.concatenate(pieces), -62)


def chatter(count: int, seconds: float = 0.3) -> list[tuple[str, float]]:
    stock = ["my", "team", "built", "a", "new", "service", "for", "our", "clients"]
    return [(stock[i % len(stock)], seconds) for i in range(count)]
