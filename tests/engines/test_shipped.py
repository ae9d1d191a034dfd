"""Weights that ship with the engines: each file missing, cut short, or of another model."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engines.sounds import Progress, job, word
from workers.engines import fluency, lexis
from workers.engines.asr import pronounce
from workers.engines.body import kinds, posture
from workers.engines.fluency import context, markers, repair_model, steady
from workers.engines.meaning import (
    cross_encoder,
    feeling,
    hook,
    lexicon,
    relevance,
    signposts,
    star,
)
from workers.engines.prosody import clarity
from workers.engines.trained import Loaded
from workers.engines.types import EngineError

DATA = lexicon.DATA
Read = Callable[[], Any]
Place = tuple[Any, str, Read]
PLACES: dict[str, Place] = {
    "clauses-2.json": (context, "DATA", partial(context.model, "clauses-2")),
    "fillers-1.json": (context, "DATA", partial(context.model, "fillers-1")),
    "fillers-states-1.npz": (markers, "DATA", markers._states_model),
    "hesitation-2.json": (steady, "MODEL", steady.model),
    "interview-1.json": (lexicon, "DATA", partial(lexicon.data, "interview-1")),
    "lexis-1.txt": (lexis, "DATA", lexis._entries),
    "mentions-2.json": (lexicon, "DATA", partial(lexicon.data, "mentions-2")),
    "moments-2.json": (lexicon, "DATA", partial(lexicon.data, "moments-2")),
    "opening-1.npz": (hook, "MODEL", hook._model),
    "relevance-5.npz": (relevance, "MODEL", relevance.model),
    "sentiment-1.npz": (feeling, "MODEL", feeling._model),
    "signposts-model-2.npz": (signposts, "MODEL", lambda: signposts._model(signposts.MODEL)),
    "signposts-plain-2.npz": (
        signposts, "PLAIN_MODEL", lambda: signposts._model(signposts.PLAIN_MODEL)
    ),
    "sounds-1.txt": (pronounce, "SOUNDS", pronounce._sounds),
    "star-model-1.npz": (star, "MODEL", partial(star.model, True)),
    "summary-1.json": (lexicon, "DATA", partial(lexicon.data, "summary-1")),
}  # fmt: skip
"""Each file of weights, where its place is written, and what reads it."""
OWN: dict[str, tuple[Any, str, Callable[[dict[str, Any]], Loaded[Any]]]] = {
    "clarity-1.npz": (clarity, "SHIPPED", clarity.loaded),
    "gesture-2.npz": (kinds, "SHIPPED", kinds.loaded),
    "posture-2.npz": (posture, "SHIPPED", posture.loaded),
    "relevance-encoder-1.npz": (cross_encoder, "SHIPPED", cross_encoder.loaded),
    "repairs-2.json": (repair_model, "DATA", repair_model.loaded),
}
"""Those that a rule decides without, or for relevance the form over the vectors."""
PAGES = {"hesitation-1.json"}
"""Whose numbers a page carries; no engine reads them."""
CACHES = (
    context.model, lexicon.data, lexis._entries, markers._states_model, steady.model, hook._model,
    relevance.model, feeling._model, signposts._model, pronounce._sounds, star.model,
)  # fmt: skip


def missing(path: Path) -> None:
    path.unlink()


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def of_another_model(path: Path) -> None:
    if path.suffix == ".npz":
        np.savez(path, others=np.zeros(3))
    else:
        path.write_text('{"others": [1, 2]}\n' if path.suffix == ".json" else "word 1 N\n")


@pytest.fixture(autouse=True)
def _fresh() -> Any:
    """What was read is read again, here and after."""

    def forget() -> None:
        for cached in CACHES:
            cached.cache_clear()

    forget()
    yield
    forget()


def spoilt(
    name: str, module: Any, constant: str, spoil: Callable[[Path], None], folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    copy = folder / name
    copy.write_bytes((DATA / name).read_bytes())
    spoil(copy)
    monkeypatch.setattr(module, constant, folder if constant == "DATA" and "lexis" not in name
                        else copy)  # fmt: skip


@pytest.mark.parametrize("spoil", [missing, cut_short, of_another_model])
@pytest.mark.parametrize("name", PLACES)
def test_weights_that_cannot_be_read_are_said_by_name(
    name: str, spoil: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, constant, read = PLACES[name]
    assert read()
    for cached in CACHES:
        cached.cache_clear()
    spoilt(name, module, constant, spoil, tmp_path, monkeypatch)
    with pytest.raises(EngineError) as told:
        read()
    assert told.value.code == "installation_damaged" and not told.value.retry
    assert name in told.value.detail


@pytest.mark.parametrize("spoil", [missing, cut_short, of_another_model])
@pytest.mark.parametrize("name", OWN)
def test_without_weights_of_our_own_the_rule_decides_and_the_stage_says_so(
    name: str, spoil: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, constant, load = OWN[name]
    assert load({}).value is not None
    spoilt(name, module, constant, spoil, tmp_path, monkeypatch)
    found = load({})
    assert found.value is None and found.name.endswith("by rule") and found.problem


def test_every_file_of_weights_is_tried() -> None:
    lists = {"advice-1", "curves-2", "inclusive-1", "lexicon-1", "questions-1", "reasons-1",
             "signposts-2", "star-2", "summary-words-1", "wordy-1"}  # fmt: skip
    weights = {path.name for path in DATA.iterdir() if path.suffix != ".toml"}
    assert weights - {f"{name}.json" for name in lists} == {*PLACES, *OWN, *PAGES}


def test_repairs_that_cannot_be_looked_for_are_withheld(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt("repairs-2.json", repair_model, "DATA", missing, tmp_path, monkeypatch)
    text = "We met on Monday, sorry, on Tuesday."
    words = [word(one, None, None) for one in text.split()]
    told = {"text": text, "words": words, "source": "attached", "reliability": 1.0,
            "language": "en", "timing": "none",
            "sentences": []}  # fmt: skip
    output = fluency.run(job("fluency", tmp_path, upstream={"transcribe": told}), Progress())
    assert output["section"]["repairs"] == {"count": None, "per_100_words": None, "items": []}
    codes = {one["path"]: one["code"] for one in output["withheld"]}
    assert codes["/fluency/repairs/count"] == codes["/fluency/repairs/per_100_words"]
    assert codes["/fluency/repairs/count"] == "weights_unreadable"
    assert output["section"]["repetitions"]["count"] == 0
