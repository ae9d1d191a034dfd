"""Where model weights lie, and which of the installed ones to use.

`models_dir` holds a folder a model: `whisper-<name>` (CTranslate2 form), `align-<language>`
(wav2vec2 with a CTC head, Hugging Face form) and `speakers` (a pipeline of pyannote's with all its
parts). `bin/rostrum models install` makes them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

WHISPER_FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.*")
ALIGN_FILES = ("config.json", "model.safetensors|pytorch_model.bin", "preprocessor_config.json",
               "vocab.json", "tokenizer_config.json")  # fmt: skip
SPEAKER_FILES = ("config.yaml", "segmentation/pytorch_model.bin", "embedding/pytorch_model.bin",
                 "plda/plda.npz", "plda/xvec_transform.npz")  # fmt: skip
"""What a folder must hold to be used without a hub; `|` and `*` stand for either and any."""
ON_GPU = ("crisper", "large-v3", "large-v3-turbo", "medium", "small", "base", "tiny")
ON_CPU = ("small", "base", "large-v3-turbo", "medium", "crisper", "large-v3", "tiny")
"""Which one first: the most accurate, on a CPU the most accurate that keeps up with speech."""


def missing(folder: Path, needed: tuple[str, ...]) -> list[str]:
    """The needed files that `folder` lacks."""
    return [
        names for names in needed if not any(any(folder.glob(name)) for name in names.split("|"))
    ]


def whisper_names(root: str | Path) -> list[str]:
    """Folders of the complete Whisper models under `root`."""
    return [
        folder.name
        for folder in sorted(Path(root).glob("whisper-*"))
        if not missing(folder, WHISPER_FILES)
    ]


def whisper_folder(engines: dict[str, Any], *, cuda: bool) -> Path | None:
    """The Whisper to use: `whisper_model` where it is set, else the best one for the device."""
    root = engines.get("models_dir")
    if not root:
        return None
    wanted = engines.get("whisper_model")
    complete = {name.removeprefix("whisper-"): Path(root, name) for name in whisper_names(root)}
    if wanted:
        return complete.get(str(wanted))
    order = ON_GPU if cuda else ON_CPU
    ranked = sorted(complete, key=lambda name: order.index(name) if name in order else len(order))
    return complete[ranked[0]] if ranked else None


def align_folder(engines: dict[str, Any], language: str) -> Path | None:
    """The forced-alignment model for a language, if it is installed."""
    root = engines.get("models_dir")
    folder = Path(root, f"align-{language}") if root else None
    return folder if folder and folder.is_dir() and not missing(folder, ALIGN_FILES) else None
