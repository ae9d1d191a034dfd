"""Words heard against words said: error rate, filled pauses lost, and how far times are off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Levenshtein

from workers.engines.asr.spoken import spoken_token
from workers.engines.fluency.words import is_filled_pause


@dataclass(frozen=True)
class Timed:
    """A word as it is said, in lower case."""

    text: str
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True)
class Heard:
    """What a recogniser made of known words. Filled pauses are counted apart from the words."""

    said: int
    errors: int
    fillers: int
    fillers_kept: int
    times_off_s: list[float] = field(default_factory=list)
    """Start and end of each rightly heard word against the truth."""

    def __add__(self, other: Heard) -> Heard:
        return Heard(
            self.said + other.said, self.errors + other.errors, self.fillers + other.fillers,
            self.fillers_kept + other.fillers_kept, self.times_off_s + other.times_off_s,
        )  # fmt: skip

    @property
    def wer(self) -> float:
        """Word error rate: substitutions, insertions and deletions over the words said."""
        return self.errors / max(1, self.said)

    @property
    def fillers_lost(self) -> float:
        return 1 - self.fillers_kept / self.fillers if self.fillers else 0.0


NOTHING = Heard(0, 0, 0, 0)


def spoken(text: str, start: float | None = None, end: float | None = None) -> list[Timed]:
    """The words of a written token or text; its time goes to its first and last word."""
    words = [word for token in text.split() for word in spoken_token(token)]
    last = len(words) - 1
    return [
        Timed(word, start if n == 0 else None, end if n == last else None)
        for n, word in enumerate(words)
    ]


def compare(said: Sequence[Timed], got: Sequence[Timed]) -> Heard:
    """Match what was heard with what was said."""
    truth, fillers = _apart(said)
    found, found_fillers = _apart(got)
    ops = Levenshtein.opcodes([word.text for word in truth], [word.text for word in found])
    errors, off = 0, []
    for op in ops:
        if op.tag != "equal":
            errors += max(op.src_end - op.src_start, op.dest_end - op.dest_start)
            continue
        pairs = zip(
            truth[op.src_start : op.src_end], found[op.dest_start : op.dest_end], strict=True
        )
        for a, b in pairs:
            off += [abs(x - y) for x, y in ((a.start, b.start), (a.end, b.end))
                    if x is not None and y is not None]  # fmt: skip
    kept = sum(any(_overlap(filler, other) for other in found_fillers) for filler in fillers)
    return Heard(len(truth), errors, len(fillers), kept, off)


def _apart(words: Sequence[Timed]) -> tuple[list[Timed], list[Timed]]:
    """(words, filled pauses)."""
    plain = [word for word in words if not is_filled_pause(word.text)]
    return plain, [word for word in words if is_filled_pause(word.text)]


def _overlap(a: Timed, b: Timed) -> bool:
    if a.start is None or a.end is None or b.start is None or b.end is None:
        return False
    return min(a.end, b.end) > max(a.start, b.start)
