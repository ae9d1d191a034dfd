"""What the demo learner says: without Django, since `make_media` speaks it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PAUSE = re.compile(r"\s*<(\d+(?:\.\d+)?)>\s*")


def scripts() -> list[dict[str, Any]]:
    """The practices."""
    return list(json.loads((HERE / "scripts.json").read_text()))


def training() -> list[dict[str, Any]]:
    """What was done beside them, in its order: attempts at a `drill`, what `answers` a prepared
    question, the `real` interview."""
    return list(json.loads((HERE / "training.json").read_text()))


def said(script: dict[str, Any]) -> str:
    """Without the marks of pauses."""
    texts = [text for _voice, text in script["turns"]] if "turns" in script else [script["text"]]
    return " ".join(PAUSE.sub(" ", text).strip() for text in texts)
