"""Learn from the recogniser's dictionary how letters are read, for words that it has not.

    python -m workers.training.train_pronunciation [--check]

Letters and phones of each word are matched by expectation-maximisation (a letter has none, one or
two phones). Then every window of letters that two words share keeps its commonest phones, where
they are not those of the narrower window within it. The table goes to
workers/engines/data/sounds-1.txt; `--check` learns without 2,000 words drawn at random and prints
how those are read instead. docs/models.md has the card.
"""

from __future__ import annotations

import argparse
import math
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

from rapidfuzz.distance import Levenshtein

from workers.engines.asr import pronounce
from workers.engines.asr.pronounce import SOUNDS, WIDEST, WINDOWS, english, padded

Phones = tuple[str, ...]
Entry = tuple[str, Phones]
Counts = dict[str, Counter[Phones]]
Score = Callable[[str, Phones], float]
CHECKED, MATCHED_ON, ROUNDS = 2_000, 12_000, 4
MOST_PHONES, LEAST_WORDS = 2, 2
NEAR = 1.2
"""Places between a letter and a phone that may belong together at first."""
SILENT, UNSEEN, UNSEEN_PAIR, NEVER = -4.0, -9.0, -6.0, -1e9
"""Log probabilities of what no count tells yet."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true")
    check = arguments.parse_args().check
    words = [
        (word, tuple(phones.split()))
        for word, phones in english().known.items()
        if re.fullmatch("[a-z]{2,}", word)
    ]
    random.Random(1).shuffle(words)  # noqa: S311 - repeatable, not secret
    table = learned(words[CHECKED:] if check else words)
    if check:
        sys.stdout.write(_checked(table, words[:CHECKED]) + "\n")
    else:
        lines = (f"{window} {' '.join(phones)}".rstrip() for window, phones in table.items())
        SOUNDS.write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")


def learned(words: Sequence[Entry]) -> dict[str, Phones]:
    """Window of letters -> phones of the letter it is about."""
    score = _matcher(words[:MATCHED_ON])
    counts: Counts = defaultdict(Counter)
    for word, phones in words:
        around = padded(word)
        for at, sound in enumerate(_match(word, phones, score) or (), start=WIDEST):
            for before, after in WINDOWS:
                counts[around[at - before : at + after + 1]][sound] += 1
    table: dict[str, Phones] = {}
    for window in sorted(counts, key=len):
        sound, _ = counts[window].most_common(1)[0]
        if len(window) == 1 or (
            counts[window].total() >= LEAST_WORDS and _narrower(window, table) != sound
        ):
            table[window] = sound
    return table


def _narrower(window: str, table: dict[str, Phones]) -> Phones | None:
    """What the windows within `window` say."""
    while len(window) > 1:
        (before, after), (less, fewer) = WINDOWS[len(window) - 1], WINDOWS[len(window) - 2]
        window = window[before - less : len(window) - (after - fewer)]
        if window in table:
            return table[window]
    return None


def _matcher(words: Sequence[Entry]) -> Score:
    """How likely phones are for a letter, by rounds of matching and counting."""
    counts: Counts = defaultdict(Counter)
    for word, phones in words:
        for at, letter in enumerate(word):
            near = at * len(phones) / len(word)
            counts[letter].update((p,) for n, p in enumerate(phones) if abs(n - near) <= NEAR)
    for _ in range(ROUNDS):
        score = _scored(counts)
        matched: Counts = defaultdict(Counter)
        for word, phones in words:
            for letter, sound in zip(word, _match(word, phones, score) or (), strict=False):
                matched[letter][sound] += 1
        counts = matched
    return _scored(counts)


def _scored(counts: Counts) -> Score:
    totals = {letter: found.total() for letter, found in counts.items()}
    known: dict[tuple[str, Phones], float] = {}

    def score(letter: str, sound: Phones) -> float:
        if (letter, sound) not in known:
            known[letter, sound] = guess(counts[letter], totals.get(letter, 1), sound)
        return known[letter, sound]

    def guess(found: Counter[Phones], total: int, sound: Phones) -> float:
        if sound in found:
            return math.log(found[sound] / total)
        if len(sound) < MOST_PHONES:
            return UNSEEN if sound else SILENT
        halves = found.get(sound[:1], 0.01) + found.get(sound[1:], 0.01)
        return UNSEEN_PAIR + min(0.0, math.log(halves / total))

    return score


def _match(word: str, phones: Phones, score: Score) -> list[Phones] | None:
    """The likeliest phones of each letter, in order; None where there are too many for them."""
    best = {0: 0.0}
    paths: list[dict[int, int]] = []
    for letter in word:
        found: dict[int, tuple[float, int]] = {}
        for start, so_far in best.items():
            for end in range(start, min(start + MOST_PHONES, len(phones)) + 1):
                value = so_far + score(letter, phones[start:end])
                if value > found.get(end, (NEVER, 0))[0]:
                    found[end] = (value, start)
        paths.append({end: start for end, (_, start) in found.items()})
        best = {end: value for end, (value, _) in found.items()}
    if len(phones) not in best:
        return None
    return list(_backwards(phones, paths))[::-1]


def _backwards(phones: Phones, paths: list[dict[int, int]]) -> Iterator[Phones]:
    end = len(phones)
    for starts in reversed(paths):
        start = starts[end]
        yield phones[start:end]
        end = start


def _checked(table: dict[str, Phones], words: Sequence[Entry]) -> str:
    sounds = {window: " ".join(phones) for window, phones in table.items()}
    pronounce._sounds = lambda: sounds  # type: ignore[assignment]
    read = [(pronounce.by_letters(word).split(), list(phones)) for word, phones in words]
    wrong = sum(Levenshtein.distance(got, true) for got, true in read)
    exact = sum(got == true for got, true in read)
    return (
        f"{len(table)} windows; phones wrong {wrong / sum(len(true) for _, true in read):.1%}, "
        f"words without an error {exact / len(words):.1%}"
    )


if __name__ == "__main__":
    main()
