"""The arithmetic of figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workers.training.evaluation.types import Figure

TENTHS = 10


@dataclass(frozen=True)
class Counts:
    """Of a detector: rightly found, wrongly found, missed. Nothing to find and nothing found is
    perfect."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.right + other.right, self.wrong + other.wrong, self.missed + other.missed
        )

    @property
    def expected(self) -> int:
        return self.right + self.missed

    @property
    def got(self) -> int:
        return self.right + self.wrong

    @property
    def precision(self) -> float:
        return self.right / self.got if self.got else float(not self.missed)

    @property
    def recall(self) -> float:
        return self.right / self.expected if self.expected else 1.0

    @property
    def f1(self) -> float:
        both = self.expected + self.got
        return 2 * self.right / both if both else 1.0

    def figures(self, name: str, target: float | None = None, note: str = "") -> list[Figure]:
        """`name`.precision, .recall and .f1, all three held to `target`."""
        return [
            Figure(f"{name}.{kind}", value, target=target, n=self.expected, note=note)
            for kind, value in (
                ("precision", self.precision), ("recall", self.recall), ("f1", self.f1),
            )
        ]  # fmt: skip


def matched(
    expected: Sequence[tuple[float, float]], got: Sequence[tuple[float, float]]
) -> list[tuple[int, int]]:
    """Pairs of indices of spans that overlap, each used once, greatest overlap first."""
    overlaps = [
        (min(a[1], b[1]) - max(a[0], b[0]), i, j)
        for i, a in enumerate(expected)
        for j, b in enumerate(got)
        if min(a[1], b[1]) > max(a[0], b[0])
    ]
    pairs: list[tuple[int, int]] = []
    for _, i, j in sorted(overlaps, key=lambda found: (-found[0], found[1:])):
        if all(i != used and j != taken for used, taken in pairs):
            pairs.append((i, j))
    return sorted(pairs)


def events(expected: Sequence[tuple[float, float]], got: Sequence[tuple[float, float]]) -> Counts:
    """Events found where they overlap an expected one."""
    right = len(matched(expected, got))
    return Counts(right, len(got) - right, len(expected) - right)


def overlapping(
    expected: Sequence[tuple[float, float]], got: Sequence[tuple[float, float]], least: float
) -> Counts:
    """Spans found whose overlap is `least` of what both cover together (temporal IoU); each is
    used once, the greatest first."""
    shares = sorted(
        ((iou(a, b), i, j) for i, a in enumerate(expected) for j, b in enumerate(got)),
        key=lambda found: (-found[0], found[1:]),
    )
    used: set[int] = set()
    taken: set[int] = set()
    for share, i, j in shares:
        if share >= least and i not in used and j not in taken:
            used.add(i)
            taken.add(j)
    return Counts(len(used), len(got) - len(used), len(expected) - len(used))


def iou(one: tuple[float, float], other: tuple[float, float]) -> float:
    """What two spans share of what they cover together, 0-1."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return max(0.0, shared) / max(1e-9, max(one[1], other[1]) - min(one[0], other[0]))


def confusion(pairs: Iterable[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """Counts of (expected, given) labels, every label in every row."""
    found = list(pairs)
    labels = sorted({label for pair in found for label in pair})
    table = {expected: dict.fromkeys(labels, 0) for expected in labels}
    for expected, given in found:
        table[expected][given] += 1
    return table


def by_label(table: dict[str, dict[str, int]]) -> dict[str, Counts]:
    """Each label of a confusion as a detector."""
    return {
        label: Counts(
            right=table[label][label],
            wrong=sum(row[label] for other, row in table.items() if other != label),
            missed=sum(count for given, count in table[label].items() if given != label),
        )
        for label in table
    }


def macro_f1(table: dict[str, dict[str, int]]) -> float:
    """Mean F1 over the labels that were expected at least once."""
    scores = [counts.f1 for counts in by_label(table).values() if counts.expected]
    return sum(scores) / len(scores) if scores else 1.0


def auc(right: Sequence[float], wrong: Sequence[float]) -> float:
    """Share of (right, wrong) pairs in which the right one scores higher; ties count half."""
    if not right or not wrong:
        raise ValueError("AUC needs scores of both kinds")
    won = sum((a > b) + 0.5 * (a == b) for a in right for b in wrong)
    return won / (len(right) * len(wrong))


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which `share` (0-1) of them lie, between neighbours linear; None of none."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def relative_error(expected: float, got: float) -> float:
    """|got - expected| as a share of what was expected."""
    if not expected:
        raise ValueError("no relative error of nothing")
    return abs(got - expected) / abs(expected)


def calibration_error(pairs: Sequence[tuple[float, float]]) -> float:
    """Expected calibration error of (how sure, share that was right): their distance by tenths of
    the first, weighted by how many pairs are in each."""
    off = sum(abs(sure - share) * count for sure, share, count in calibration_curve(pairs))
    return off / max(1, len(pairs))


def calibration_curve(pairs: Sequence[tuple[float, float]]) -> list[tuple[float, float, int]]:
    """(mean of how sure, mean of what was right, count) of each tenth that has some."""
    found = []
    for low in range(TENTHS):
        inside = [pair for pair in pairs if min(TENTHS - 1, int(pair[0] * TENTHS)) == low]
        if inside:
            sure = sum(pair[0] for pair in inside) / len(inside)
            found.append((sure, sum(pair[1] for pair in inside) / len(inside), len(inside)))
    return found
