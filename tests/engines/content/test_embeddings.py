from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.engines.content.build import job, transcript
from workers.engines import embeddings, index
from workers.engines.types import EngineError


def _cosine(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def test_it_works(models_dir: str) -> None:
    near, like, far = embeddings.embed(
        ["I led the team.", "I was in charge of the group.", "Bananas are yellow."], models_dir
    )
    assert len(near) == 384
    assert _cosine(near, like) > _cosine(near, far) + 0.3


def test_vectors_are_unit_and_keep_their_order_over_batches(models_dir: str) -> None:
    texts = [f"number {n} " + "word " * (n % 40) for n in range(75)]
    vectors = embeddings.embed(texts, models_dir)
    assert all(math.isclose(_cosine(v, v), 1.0, abs_tol=1e-4) for v in vectors)
    alone = embeddings.embed([texts[52]], models_dir)[0]
    assert _cosine(alone, vectors[52]) > 0.9999


def test_no_text_and_empty_and_endless_text_are_fine(models_dir: str) -> None:
    assert embeddings.embed([], models_dir) == []
    assert [len(v) for v in embeddings.embed(["", "word " * 5000], models_dir)] == [384, 384]


def test_a_missing_model_says_so(tmp_path: Path) -> None:
    assert not embeddings.is_installed(tmp_path)
    with pytest.raises(EngineError) as caught:
        embeddings.embed(["hello"], tmp_path)
    assert caught.value.code == "model_missing"
    assert not caught.value.retry


def test_a_damaged_model_says_so(models_dir: str, tmp_path: Path) -> None:
    folder = tmp_path / embeddings.FOLDER
    folder.mkdir()
    for name in ("manifest.json", "tokenizer.json"):
        (folder / name).write_bytes((Path(models_dir) / embeddings.FOLDER / name).read_bytes())
    (folder / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(EngineError) as caught:
        embeddings.embed(["hello"], tmp_path)
    assert caught.value.code == "model_damaged"


def test_weights_that_are_not_the_pinned_ones_are_refused(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    for name in embeddings.SOURCE_SHA256:
        (source / name).write_bytes(b"other")
    with pytest.raises(EngineError):
        embeddings.install(target, source)
    assert not embeddings.is_installed(target)


def test_embedding_needs_no_torch(models_dir: str) -> None:
    code = (
        "import sys; from workers.engines.embeddings import embed;"
        f"embed(['hello'], {models_dir!r}); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_word_has_a_state_of_its_own_in_each_sentence(models_dir: str) -> None:
    filling = ["we", "had", "like", "five", "minutes", "left"]
    meaning = ["we", "really", "like", "five", "of", "them"]
    longer, _, like = embeddings.word_states([filling, [], meaning], models_dir)
    assert longer.shape == (6, 384)
    assert not np.allclose(longer[2], like[2], atol=0.1)
    (alone,) = embeddings.word_states([filling], models_dir)
    assert np.allclose(alone, longer, atol=1e-3)


def test_words_without_pieces_and_beyond_the_model_have_no_state(models_dir: str) -> None:
    (states,) = embeddings.word_states([["we", "", *["unbelievably"] * 400]], models_dir)
    assert len(states) == 402
    assert states[0].any() and not states[1].any() and not states[-1].any()


def _link_graphs(models_dir: str, made: Path) -> None:
    for name in (embeddings.VECTOR, embeddings.STATES):
        (made / name).symlink_to((Path(models_dir) / embeddings.FOLDER / name).resolve())


def _older(models_dir: str, folder: Path) -> Path:
    """An export as it was before it had states."""
    made = folder / embeddings.FOLDER
    made.mkdir()
    for path in (Path(models_dir) / embeddings.FOLDER).iterdir():
        (made / path.name).symlink_to(path.resolve())
    manifest = json.loads((made / "manifest.json").read_text())
    del manifest["states_layer"]
    (made / "manifest.json").unlink()
    (made / "manifest.json").write_text(json.dumps(manifest))
    return made


def test_an_older_export_still_embeds_and_says_that_it_has_no_states(
    models_dir: str, tmp_path: Path
) -> None:
    _older(models_dir, tmp_path)
    assert embeddings.is_installed(tmp_path) and not embeddings.has_states(tmp_path)
    assert len(embeddings.embed(["hello"], tmp_path)[0]) == 384
    with pytest.raises(EngineError) as caught:
        embeddings.word_states([["hello"]], tmp_path)
    assert caught.value.code == "model_missing"


def test_an_older_export_is_made_again_where_the_weights_are_and_kept_where_not(
    models_dir: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _older(models_dir, tmp_path)

    def gone() -> Path:
        raise EngineError("model_missing", "")

    with monkeypatch.context() as patched:
        patched.setattr(embeddings, "published", gone)
        embeddings.install(tmp_path)
    assert not embeddings.has_states(tmp_path)

    def export(source: Path, made: Path) -> list[list[float]]:
        _link_graphs(models_dir, made)
        return embeddings._found(models_dir)

    monkeypatch.setattr(embeddings, "_export", export)
    embeddings.install(tmp_path)
    assert embeddings.has_states(tmp_path)


def test_the_index_keeps_each_sentence_in_place(models_dir: str, tmp_path: Path) -> None:
    section = transcript("I led the team. It went well. We shipped.", speakers=["A", "B", "A"])
    seen: list[float] = []
    made = index.run(
        job("index", {"transcribe": section}, tmp_path, models_dir),
        lambda ratio, **_: seen.append(ratio),
    )
    artifact = json.loads(Path(made["artifacts"][0]["path"]).read_text())
    assert [s["text"] for s in artifact["sentences"]] == [s["text"] for s in section["sentences"]]
    assert artifact["sentences"][1]["start"] == section["sentences"][1]["start"]
    assert len(artifact["sentences"][0]["vector"]) == 384
    assert made["section"] == {"sentences": 3, "model": "all-MiniLM-L6-v2", "dimensions": 384}
    assert seen == [1.0]


def test_a_recording_without_words_has_an_empty_index(models_dir: str, tmp_path: Path) -> None:
    made = index.run(
        job("index", {"transcribe": transcript("")}, tmp_path, models_dir), lambda *a, **k: None
    )
    assert made["section"]["sentences"] == 0


def test_a_half_made_model_is_made_again_and_a_whole_one_kept(
    models_dir: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The export itself is stood in for by the one at hand: it takes half a minute."""
    (tmp_path / embeddings.FOLDER).mkdir()
    (tmp_path / embeddings.FOLDER / "model.onnx").write_bytes(b"half")

    def export(source: Path, made: Path) -> list[list[float]]:
        _link_graphs(models_dir, made)
        return embeddings._found(models_dir)

    monkeypatch.setattr(embeddings, "_export", export)
    folder = embeddings.install(tmp_path)
    assert embeddings.is_installed(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {embeddings.FOLDER}
    written = (folder / "manifest.json").stat().st_mtime_ns
    assert embeddings.install(tmp_path) == folder
    assert (folder / "manifest.json").stat().st_mtime_ns == written


def test_an_export_that_differs_is_not_put_in_place(
    models_dir: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def export(source: Path, made: Path) -> list[list[float]]:
        _link_graphs(models_dir, made)
        return embeddings._found(models_dir)[::-1]

    monkeypatch.setattr(embeddings, "_export", export)
    with pytest.raises(EngineError) as caught:
        embeddings.install(tmp_path)
    assert caught.value.code == "model_damaged"
    assert list(tmp_path.iterdir()) == []
