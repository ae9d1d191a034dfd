"""Training of `workers.engines.body.net`: the same network in torch, fitted with Adam.

The same seed gives the same bytes on the same processor and torch: one thread, deterministic
kernels, everything drawn by the seed. On a GPU sums may be in another order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from workers.engines.body.net import FORMAT
from workers.engines.timeline import Floats
from workers.engines.trained import Arrays, packed

Labels = npt.NDArray[Any]
BATCH, RATE, DECAY = 256, 2e-3, 1e-3


@dataclass(frozen=True)
class Doubt:
    """What keeps a network from being too sure of what it has not met: the share of the last layer
    left out (Srivastava et al. 2014), the share of a label given to the others (Szegedy et al.
    2016), and by how much (SDs) each feature of a window is moved throughout."""

    dropped: float = 0.1
    smoothed: float = 0.0
    moved: float = 0.0


USUAL = Doubt()


@dataclass(frozen=True)
class Examples:
    windows: Floats
    """(n, frames, features)."""
    labels: Labels
    """(n,)."""
    values: Floats | None = None
    """(n, m): what else is to be told of each window, where there is something."""


def device_of(asked: str) -> str:
    """`cuda` where it is there and not refused. Raises ValueError where asked for in vain."""
    import torch

    here = torch.cuda.is_available()
    if asked == "cuda" and not here:
        raise ValueError("there is no GPU that torch can use")
    return "cuda" if here and asked != "cpu" else "cpu"


def fitted(
    name: str, learn: Examples, check: Examples, *,
    seed: int, rounds: int, hidden: int = 24, kernel: int = 3, device: str = "cpu",
    doubt: Doubt = USUAL,
) -> tuple[bytes, list[float]]:  # fmt: skip
    """The weights' file, and the loss after each round; `check` sets the temperature (Guo et al.
    2017), so that a chance of 0.8 is right in eight of ten."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    if device != "cpu":
        torch.cuda.manual_seed_all(seed)
    try:
        weights, losses = _fit(torch, learn, check, seed, rounds, hidden, kernel, device, doubt)
    finally:
        torch.set_num_threads(threads)
    return packed(name, FORMAT, {key: array.astype(np.float16) for key, array in weights.items()}
                  | {"scale": weights["scale"], "mean": weights["mean"]}), losses  # fmt: skip


def _fit(
    torch: Any, learn: Examples, check: Examples,
    seed: int, rounds: int, hidden: int, kernel: int, device: str, doubt: Doubt,
) -> tuple[Arrays, list[float]]:  # fmt: skip
    features, labels = learn.windows.shape[2], int(learn.labels.max()) + 1
    values = np.zeros((len(learn.labels), 0)) if learn.values is None else learn.values
    usual, spread = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-6)
    flat = learn.windows.reshape(-1, features)
    mean = flat.mean(axis=0).astype(np.float32)
    scale = np.maximum(flat.std(axis=0), 0.05).astype(np.float32)
    net = torch.nn.Sequential(
        torch.nn.Conv1d(features, hidden, kernel), torch.nn.ReLU(),
        torch.nn.Conv1d(hidden, hidden, kernel), torch.nn.ReLU(),
        torch.nn.AdaptiveAvgPool1d(1), torch.nn.Flatten(), torch.nn.Dropout(doubt.dropped),
        torch.nn.Linear(hidden, labels + values.shape[1]),
    ).to(device)  # fmt: skip

    def given(windows: Floats) -> Any:
        scaled = ((windows - mean) / scale).astype(np.float32)
        return torch.from_numpy(np.ascontiguousarray(scaled.transpose(0, 2, 1))).to(device)

    x, y = given(learn.windows), torch.from_numpy(learn.labels.astype(np.int64)).to(device)
    wanted = torch.from_numpy(((values - usual) / spread).astype(np.float32)).to(device)
    counts = np.bincount(learn.labels, minlength=labels)
    weigh = torch.tensor(len(y) / (labels * np.maximum(counts, 1)), dtype=torch.float32)
    loss_of = torch.nn.CrossEntropyLoss(weight=weigh.to(device), label_smoothing=doubt.smoothed)
    optimiser = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=DECAY)
    order = np.random.default_rng(seed)
    steps = rounds * -(-len(y) // BATCH)
    fading = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    losses = []
    for _ in range(rounds):
        net.train()
        total = 0.0
        shuffled = torch.from_numpy(order.permutation(len(y))).to(device)
        for batch in shuffled.split(BATCH):
            optimiser.zero_grad()
            shown = x[batch]
            if doubt.moved:
                shown = shown + doubt.moved * torch.randn(len(batch), features, 1, device=device)
            told = net(shown)
            loss = loss_of(told[:, :labels], y[batch])
            if values.shape[1]:
                loss = loss + ((told[:, labels:] - wanted[batch]) ** 2).mean()
            loss.backward()
            optimiser.step()
            fading.step()
            total += float(loss.detach()) * len(batch)
        losses.append(total / len(y))
    net.eval()
    with torch.no_grad():
        scores = net(given(check.windows)).cpu().double().numpy()[:, :labels]
    kept = [layer for layer in net if hasattr(layer, "weight")]
    w1, w2, w3 = (layer.weight.detach().cpu().numpy() for layer in kept)
    b1, b2, b3 = (layer.bias.detach().cpu().numpy() for layer in kept)
    scaled = np.concatenate([np.ones(labels), spread])
    b3 = b3 * scaled + np.concatenate([np.zeros(labels), usual])
    return {
        "mean": mean, "scale": scale,
        "w1": w1.transpose(2, 1, 0), "b1": b1, "w2": w2.transpose(2, 1, 0), "b2": b2,
        "w3": w3.T * scaled, "b3": b3, "temperature": np.array(temperature(scores, check.labels)),
    }, losses  # fmt: skip


def temperature(scores: Floats, labels: Labels) -> float:
    """By which scores are divided so that their softmax makes the labels most likely."""

    def surprise(warm: float) -> float:
        z = scores / warm
        top = z.max(axis=1)
        sums = top + np.log(np.exp(z - top[:, None]).sum(axis=1))
        return float((sums - z[np.arange(len(z)), labels]).mean())

    best: float = min(np.geomspace(0.3, 4.0, 80).tolist(), key=surprise)
    return round(best, 3)
