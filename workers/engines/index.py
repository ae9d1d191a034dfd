"""The `index` stage: one embedding a sentence, so that sessions can be searched by meaning."""

from __future__ import annotations

import json
from pathlib import Path

from workers.engines import embeddings
from workers.engines.types import EMBEDDING_DIMENSIONS, Report, StageJob, StageOutput

_AT_ONCE = 256
"""Sentences between two reports of progress."""


def run(job: StageJob, report: Report) -> StageOutput:
    """Section `{sentences, model, dimensions}`; artifact `embeddings`, sentence by sentence.

    Every sentence of the transcript is in it, in order and whoever spoke, so that the n-th vector
    belongs to the n-th sentence. Raises EngineError `model_missing` or `model_damaged`.
    """
    sentences = job["upstream"].get("transcribe", {}).get("sentences") or []
    models_dir = job["settings"]["engines"].get("models_dir", "")
    found = []
    for first in range(0, len(sentences), _AT_ONCE):
        chosen = sentences[first : first + _AT_ONCE]
        vectors = embeddings.embed([sentence["text"] for sentence in chosen], models_dir)
        for sentence, vector in zip(chosen, vectors, strict=True):
            found.append(
                {
                    "text": sentence["text"],
                    "start": sentence.get("start"),
                    "end": sentence.get("end"),
                    "vector": [round(number, 6) for number in vector],
                }
            )
        report((first + len(chosen)) / len(sentences))
    path = Path(job["workdir"]) / "embeddings.json"
    path.write_text(json.dumps({"model": embeddings.MODEL, "sentences": found}))
    return StageOutput(
        section={
            "sentences": len(found),
            "model": embeddings.MODEL,
            "dimensions": EMBEDDING_DIMENSIONS,
        },
        withheld=[],
        artifacts=[
            {"kind": "embeddings", "path": str(path), "content_type": "application/json"},
        ],
        engine="rostrum index 1",
        model=embeddings.MODEL,
    )
