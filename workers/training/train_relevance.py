"""Train MiniLM's upper layers to tell the question an answer answers from others of its field.

    python -m workers.training.train_relevance MODELS_DIR CACHE [PART...]

The parts, whose results stay in CACHE: five folds by field (`0` to `4`) and the encoder that
learns from all answers (`whole`); those named are trained, so that each may have a core of its
own. Without any named, what is missing is trained, encoder and form are blended by what both say
of fields they have not seen, and workers/engines/data/relevance-encoder-1.npz is written.
`fit_relevance` runs first: it fits the form. Sums of 16 bits: another processor makes other bytes.
"""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from torch import nn
from torch.nn import functional as F
from transformers import AutoModel

from workers.engines import embeddings
from workers.engines.meaning import cross_encoder
from workers.engines.meaning.vectors import Vectors
from workers.engines.trained import Arrays, packed
from workers.training import fit_relevance

EPOCHS, BATCH, RATE, HEAD_RATE, DECAY = 3, 12, 1.5e-4, 1e-3, 0.01
WARM = 0.1
"""Share of the steps in which the rate rises."""
ASKED = 6
"""Questions an answer is shown with: its own, its wrong ones, then others of the field."""
ALONE = 0.3
"""What each pair by itself counts beside the choice among the questions of an answer."""
START, MIDDLE = 6.0, 0.35
"""The head before training: the cosine, less MIDDLE, times START."""
PARTS = (*map(str, range(fit_relevance.FOLDS)), "whole")
Pack = tuple[str, list[str]]


class Texts:
    """What the lower layers make of each text, and its vector; worked out once, kept in `cache`."""

    def __init__(self, texts: list[str], models_dir: str, cache: Path) -> None:
        found = kept(cache / "texts.npz", lambda: self._read(texts, Vectors(models_dir)))
        states = torch.from_numpy(found["states"]).float().split(found["lengths"].tolist())
        self.states = dict(zip(texts, states, strict=True))
        self.vectors = dict(zip(texts, torch.from_numpy(found["vectors"]), strict=True))

    def _read(self, texts: list[str], vectors: Vectors) -> Arrays:
        read = [cross_encoder.shortened(text) for text in texts]
        states, rows = vectors.token_states(read), vectors.matrix(read)
        if states is None or rows is None:
            sys.exit("the embedding model is not installed")
        lengths = np.array([len(state) for state in states])
        return {"states": np.vstack(states).astype(np.float16), "lengths": lengths, "vectors": rows}


class Encoder(nn.Module):
    """As `cross_encoder.CrossEncoder` reads, for several answers with their questions at once."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        whole = AutoModel.from_pretrained(embeddings.published())
        self.layers = whole.encoder.layer[embeddings.STATES_LAYER :]
        self.texts = texts
        self.told = nn.Parameter(torch.zeros(cross_encoder.WIDTH))
        self.head = nn.Linear(cross_encoder.WIDTH, 1)
        self.cosine = nn.Parameter(torch.tensor(START))
        self.dropout = nn.Dropout(0.1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, packs: list[Pack]) -> torch.Tensor:
        """Log-odds, a row an answer; what lies beyond its questions is padding."""
        states, vectors = self.texts.states, self.texts.vectors
        parts = [[states[told] + self.told, *(states[q] for q in asked)] for told, asked in packs]
        x = nn.utils.rnn.pad_sequence([torch.cat(part) for part in parts], batch_first=True)
        whose = nn.utils.rnn.pad_sequence(
            [
                torch.cat([torch.full((len(one),), n) for n, one in enumerate(part)])
                for part in parts
            ],
            batch_first=True,
            padding_value=-1,
        )
        sees = (whose[:, :, None] == whose[:, None, :]) | (
            (whose[:, None, :] == 0) & (whose[:, :, None] >= 0)
        )
        hidden = torch.zeros(sees.shape).masked_fill(~sees, -1e4)[:, None]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            for layer in self.layers:
                x = self._layer(layer, x, hidden)
        most = max(len(asked) for _, asked in packs)
        mine = F.one_hot(whose.clamp(min=0), most + 1) * (whose >= 0)[..., None]
        mean = torch.einsum("bns,bnd->bsd", mine.float(), x.float())[:, 1:]
        mean = mean / mine.sum(1)[:, 1:, None].clamp(min=1)
        near = torch.zeros(len(packs), most)
        for row, (told, asked) in enumerate(packs):
            near[row, : len(asked)] = torch.stack([vectors[told] @ vectors[q] for q in asked])
        found: torch.Tensor = self.head(self.dropout(mean))[..., 0] + self.cosine * (near - MIDDLE)
        return found

    def _layer(self, layer: Any, x: torch.Tensor, hidden: torch.Tensor) -> torch.Tensor:
        own, size = layer.attention.self, x.shape[:2]
        query, key, value = (
            part(x).view(*size, cross_encoder.HEADS, -1).transpose(1, 2)
            for part in (own.query, own.key, own.value)
        )
        seen = F.scaled_dot_product_attention(query, key, value, attn_mask=hidden.to(query.dtype))
        found = layer.attention.output(seen.transpose(1, 2).reshape(*size, -1), x)
        told: torch.Tensor = layer.output(layer.intermediate(found), found)
        return told

    def arrays(self) -> Arrays:
        def stacked(*names: str) -> np.ndarray:
            each = [[dict(layer.named_parameters())[name] for name in names]
                    for layer in self.layers]  # fmt: skip
            return np.stack([torch.cat(row).detach().numpy() for row in each])

        heads = [f"attention.self.{name}" for name in ("query", "key", "value")]
        places = {"gather": "attention.output.dense", "widen": "intermediate.dense",
                  "narrow": "output.dense"}  # fmt: skip
        found = {"attend": stacked(*(f"{head}.weight" for head in heads)),
                 "attend_bias": stacked(*(f"{head}.bias" for head in heads))}  # fmt: skip
        for name, place in places.items():
            found |= {name: stacked(f"{place}.weight"), f"{name}_bias": stacked(f"{place}.bias")}
        norms = [
            np.stack([stacked(f"{place}.LayerNorm.{kind}") for kind in ("weight", "bias")], axis=1)
            for place in ("attention.output", "output")
        ]
        cosine = float(self.cosine)
        bias = float(self.head.bias) - MIDDLE * cosine
        return found | {
            "norms": np.stack(norms, axis=1), "told": self.told.detach().numpy(),
            "head": self.head.weight[0].detach().numpy(), "bias": np.array(bias),
            "cosine": np.array(cosine),
        }  # fmt: skip


def trained(found: list[dict[str, Any]], texts: Texts, seed: int) -> Encoder:
    torch.manual_seed(seed)
    draw = random.Random(seed)  # noqa: S311
    asked_in: dict[str, set[str]] = defaultdict(set)
    for case in found:
        asked_in[case["field"]] |= {case["right"], *case["wrong"]}
    encoder = Encoder(texts).train()
    layers = list(encoder.layers.parameters())
    rest = [encoder.told, encoder.cosine, *encoder.head.parameters()]
    optimiser = torch.optim.AdamW(
        [{"params": layers, "lr": RATE}, {"params": rest, "lr": HEAD_RATE}], weight_decay=DECAY
    )
    steps = EPOCHS * -(-len(found) // BATCH)
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda n: min((n + 1) / (WARM * steps), (steps - n) / ((1 - WARM) * steps))
    )
    for epoch in range(EPOCHS):
        total = 0.0
        for cases in batches(found, draw):
            packs = [pack(case, asked_in[case["field"]], draw) for case in cases]
            loss = loss_of(encoder(packs), packs)
            loss.backward()
            nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
            optimiser.step()
            rate.step()
            optimiser.zero_grad()
            total += float(loss.detach()) * len(cases)
        sys.stdout.write(f"round {epoch + 1}: loss {total / len(found):.3f}\n")
        sys.stdout.flush()
    return encoder.eval()


def batches(found: list[dict[str, Any]], draw: random.Random) -> list[list[dict[str, Any]]]:
    """In an order of chance, but answers of like length together."""
    mixed = draw.sample(found, len(found))
    made = []
    for first in range(0, len(mixed), 10 * BATCH):
        near = sorted(mixed[first : first + 10 * BATCH], key=lambda case: len(case["answer"]))
        made += [near[place : place + BATCH] for place in range(0, len(near), BATCH)]
    draw.shuffle(made)
    return made


def pack(case: dict[str, Any], of_field: set[str], draw: random.Random) -> Pack:
    """The answer with its own question first."""
    others = sorted(of_field - {case["right"], *case["wrong"]})
    draw.shuffle(others)
    return case["answer"], [case["right"], *case["wrong"], *others][:ASKED]


def loss_of(odds: torch.Tensor, packs: list[Pack]) -> torch.Tensor:
    counts = torch.tensor([len(asked) for _, asked in packs])
    beyond = torch.arange(odds.shape[1])[None] >= counts[:, None]
    chosen = F.cross_entropy(odds.masked_fill(beyond, -1e4), torch.zeros(len(packs)).long())
    right = F.softplus(-odds[:, 0]).mean()
    wrong = F.softplus(odds[:, 1:])[~beyond[:, 1:]].mean()
    return chosen + ALONE * (right + wrong)


@torch.no_grad()
def log_odds(encoder: Encoder, cases: list[dict[str, Any]]) -> list[float]:
    """Of each pair, in the order of `fit_relevance.table`."""
    found: list[float] = []
    for case in cases:
        asked = [case["right"], *case["wrong"]]
        found += encoder([(case["answer"], asked)])[0].tolist()
    return found


def kept(path: Path, made: Callable[[], Arrays]) -> Arrays:
    if not path.exists():
        part = path.with_name(f"part-{path.name}")
        arrays: dict[str, Any] = made()
        np.savez(part, **arrays)
        part.replace(path)
    with np.load(path) as found:
        return dict(found)


def part(name: str, texts: Texts) -> Arrays:
    """Log-odds of a fold by an encoder that has not seen its fields, or the whole encoder."""
    found = fit_relevance.development()
    if name == "whole":
        return trained(found, texts, fit_relevance.FOLDS).arrays()
    mine = np.array(fit_relevance.folds(found)) == int(name)
    seen = [case for case, inside in zip(found, mine, strict=True) if not inside]
    unseen = [case for case, inside in zip(found, mine, strict=True) if inside]
    return {"odds": np.array(log_odds(trained(seen, texts, int(name)), unseen))}


def main(models_dir: str, cache: str, *named: str) -> None:
    torch.set_num_threads(1)
    folder = Path(cache)
    folder.mkdir(parents=True, exist_ok=True)
    every = {
        text
        for case in fit_relevance.development()
        for text in (case["answer"], case["right"], *case["wrong"])
    }
    texts = Texts(sorted(every), models_dir, folder)
    parts = {
        name: kept(folder / f"{name}.npz", partial(part, name, texts)) for name in named or PARTS
    }
    if not named:
        write(parts, fit_relevance.table(Vectors(models_dir)))


def write(parts: dict[str, Arrays], pairs: fit_relevance.Table) -> None:
    form = fit_relevance.calibrated(fit_relevance.across_fields(pairs), pairs)[0]
    read = np.zeros(len(form))
    for fold in range(fit_relevance.FOLDS):
        read[pairs.fold == fold] = parts[str(fold)]["odds"]
    both = np.stack([form, read], axis=1)
    line = LogisticRegression(C=1e6).fit(both, pairs.right, sample_weight=pairs.balance)
    for name, odds in (("form", form), ("encoder", read), ("both", line.decision_function(both))):
        sys.stdout.write(f"{name}: {fit_relevance.told(odds, pairs)}\n")
    arrays = parts["whole"] | {"blend": np.r_[line.intercept_, line.coef_[0]]}
    data = packed(cross_encoder.NAME, cross_encoder.FORMAT, cross_encoder.quantised(arrays))
    cross_encoder.SHIPPED.write_bytes(data)
    sys.stdout.write(f"{cross_encoder.SHIPPED.name}: {len(data):,} bytes, {arrays['blend']}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
