"""Word times for a given text: where in the sound each of its words is said.

First the sound is recognised with a language model made of the text itself, stretch by stretch;
what comes out is matched with the text and gives anchors, and how much of it matches (`fit`) tells
whether the text belongs to the sound at all. Then the words between two anchors are laid over the
sound between them by forced alignment. What even that cannot place is spread evenly and marked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from rapidfuzz.distance import Levenshtein

from workers.engines.asr.given import Given, GivenWord
from workers.engines.asr.pronounce import english
from workers.engines.asr.sound import Sound
from workers.engines.asr.sphinx import Aligner, Heard, Recogniser
from workers.engines.types import BELONGS, Span, Word
from workers.engines.vad import PAD_S

LONGEST_S = 40.0
"""The longest stretch laid at once."""
QUICKEST_PHONE_S = 0.03
"""Three frames, the fewest a phone's model can pass in."""
LEAST_FREE_S = 0.08
SENTENCE_WORDS = 20
LONG_WORD = 6
Progress = Callable[[float], None]


@dataclass
class Placed:
    """One spoken token of the text and what became of it."""

    word: int
    """Index of the written word it belongs to."""
    said: str
    start: float | None = None
    end: float | None = None
    probability: float = 0.0
    guessed: bool = False
    heard: Heard | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Alignment:
    words: list[Word]
    fit: float
    """Share of the text's words that were recognised in its order in the sound, 0-1."""
    placed: bool
    """False: the text does not belong to the sound, its words have no times of the sound."""


def align(given: Given, sound: Sound, speech: list[Span], progress: Progress) -> Alignment:
    """Times for every word of `given` in `sound`, with `speech` its voice activity."""
    tokens = [Placed(n, said) for n, word in enumerate(given.words) for said in word.spoken]
    stretches = sound.stretches(speech)
    groups = _recognise(given, tokens, sound, stretches, progress)
    fit = sum(1 for token in tokens if token.heard) / max(1, len(tokens))
    if fit < BELONGS:
        return Alignment([_untimed(given, word) for word in given.words], round(fit, 3), False)
    aligner = Aligner()
    for first, last, span in _windows(tokens, groups, stretches, sound.duration):
        _lay(aligner, sound, tokens[first:last], span)
        progress(0.8 + 0.2 * last / len(tokens))
    _free_squeezed(tokens, speech)
    _spread(tokens, sound.duration)
    return Alignment(_written(given.words, tokens), round(fit, 3), True)


def realign(given: Given, sound: Sound) -> list[Word]:
    """Times for those words that have none, each run between the times of its neighbours."""
    aligner = Aligner()
    tokens = [
        Placed(n, said, word.start, word.end, word.confidence or 0.0)
        for n, word in enumerate(given.words)
        for said in word.spoken
    ]
    at = 0
    for untimed, run in groupby(list(tokens), key=lambda token: token.start is None):
        size = len(list(run))
        if untimed:
            start = tokens[at - 1].end if at else 0.0
            after = at + size
            end = tokens[after].start if after < len(tokens) else sound.duration
            if start is not None and end is not None and end > start:
                _lay(aligner, sound, tokens[at:after], Span(start=start, end=end))
                for token in tokens[at:after]:
                    token.probability = 1.0
        at += size
    _spread(tokens, sound.duration)
    return _written(given.words, tokens, keep=True)


def _recognise(
    given: Given, tokens: list[Placed], sound: Sound, stretches: list[Span], progress: Progress
) -> list[int]:
    """Match the text with what is heard; returns the stretch number of each matched token."""
    recogniser = Recogniser(list(_sentences(given.words)))
    heard: list[Heard] = []
    where: list[int] = []
    for number, span in enumerate(stretches):
        for item in recogniser.hear(sound.clear(span["start"], span["end"], by_default=True)):
            heard.append(
                Heard(
                    item.word,
                    item.start + span["start"],
                    item.end + span["start"],
                    item.probability,
                )
            )
            where.append(number)
        progress(0.8 * (number + 1) / len(stretches))
    groups = [-1] * len(tokens)
    said = [token.said for token in tokens]
    for code in Levenshtein.opcodes([item.word for item in heard], said):
        size = code.src_end - code.src_start
        if code.tag != "equal" or (size == 1 and len(heard[code.src_start].word) < LONG_WORD
                                   and len(said) > 3):  # fmt: skip
            continue  # one short word may match by chance
        for step in range(size):
            token, item = tokens[code.dest_start + step], heard[code.src_start + step]
            token.heard, token.probability = item, item.probability
            groups[code.dest_start + step] = where[code.src_start + step]
    return groups


def _sentences(words: list[GivenWord]) -> Iterator[list[str]]:
    """The text in pieces for the language model: its lines and sentences, none very long."""
    piece: list[str] = []
    for word in words:
        piece += word.spoken
        if word.ends_line or word.text[-1] in ".?!" or len(piece) >= SENTENCE_WORDS:
            yield piece
            piece = []
    if piece:
        yield piece


def _windows(
    tokens: list[Placed], groups: list[int], stretches: list[Span], duration: float
) -> Iterator[tuple[int, int, Span]]:
    """(first token, end token, span) to be laid at once, covering every token once.

    From a stretch's first anchor to its last the stretch itself is the window; tokens between two
    stretches' anchors get the sound between these.
    """
    anchored = [n for n, group in enumerate(groups) if group >= 0]
    blocks: list[tuple[int, int, Span]] = []
    for group, members in groupby(anchored, key=lambda n: groups[n]):
        inside = list(members)
        blocks.append((inside[0], inside[-1] + 1, stretches[group]))
    at, since = 0, 0.0
    for number, (first, end, span) in enumerate(blocks):
        head, tail = _anchor(tokens[first]), _anchor(tokens[end - 1])
        if first > at:
            yield at, first, Span(start=since, end=head.start)
        lead = at < first
        rest = end < (blocks[number + 1][0] if number + 1 < len(blocks) else len(tokens))
        yield (
            first,
            end,
            Span(
                start=head.start if lead else span["start"], end=tail.end if rest else span["end"]
            ),
        )
        at, since = end, tail.end
    if at < len(tokens):
        yield at, len(tokens), Span(start=since, end=duration)


def _anchor(token: Placed) -> Heard:
    if token.heard is None:
        raise ValueError(f"{token.said!r} is no anchor")
    return token.heard


def _lay(aligner: Aligner, sound: Sound, tokens: list[Placed], span: Span) -> None:
    """Set the tokens' times within the span: forced, else as recognised; else they stay open."""
    length = span["end"] - span["start"]
    phones = sum(len(english().phones(token.said).split()) for token in tokens)
    laid: Sequence[Heard | None] | None = None
    if phones * QUICKEST_PHONE_S < length <= LONGEST_S:
        laid = aligner.lay(
            [token.said for token in tokens], sound.between(span["start"], span["end"])
        )
    for token, item in zip(tokens, laid or [None] * len(tokens), strict=True):
        if item is not None:
            token.start, token.end = span["start"] + item.start, span["start"] + item.end
        elif token.heard is not None:
            token.start, token.end = token.heard.start, token.heard.end


def _free_squeezed(tokens: list[Placed], speech: list[Span]) -> None:
    """Move a word squeezed into the fewest frames to the speech its neighbours leave unclaimed.

    The aligner may take a lone "uh" for silence and push the word against the next one.
    """
    for n, token in enumerate(tokens):
        if token.start is None or token.end is None:
            continue
        phones = len(english().phones(token.said).split())
        if token.end - token.start > phones * QUICKEST_PHONE_S + 1e-6:
            continue
        low = tokens[n - 1].end or 0.0 if n else 0.0
        after = tokens[n + 1].start if n + 1 < len(tokens) else None
        high = after if after is not None else token.end
        free = [
            (max(low, span["start"] + PAD_S), min(high, span["end"] - PAD_S))
            for span in speech
            if span["start"] >= low and span["end"] <= high
        ]
        longest = max(free, key=lambda edges: edges[1] - edges[0], default=(0.0, 0.0))
        if longest[1] - longest[0] >= LEAST_FREE_S:
            token.start, token.end = longest


def _spread(tokens: list[Placed], duration: float) -> None:
    """Give tokens without times an even share of what lies between their neighbours."""
    at = 0
    for open_, run in groupby(list(tokens), key=lambda token: token.start is None):
        size = len(list(run))
        if open_:
            before = tokens[at - 1].end if at else 0.0
            after = tokens[at + size].start if at + size < len(tokens) else duration
            start = before or 0.0
            step = max(0.0, (after if after is not None else duration) - start) / size
            for n, token in enumerate(tokens[at : at + size]):
                token.start, token.end = start + step * n, start + step * (n + 1)
                token.guessed = True
        at += size


def _written(words: list[GivenWord], tokens: list[Placed], *, keep: bool = False) -> list[Word]:
    """Times of the written words from their spoken tokens, never running backwards."""
    found: list[Word] = []
    floor = 0.0
    for n, group in groupby(tokens, key=lambda token: token.word):
        parts = list(group)
        given = words[n]
        start = max(floor, parts[0].start or 0.0)
        end = max(start, parts[-1].end or 0.0)
        floor = start
        confidence = sum(part.probability for part in parts) / len(parts)
        word = Word(
            text=given.text,
            start=round(start, 3),
            end=round(end, 3),
            confidence=round(confidence, 3),
            speaker=given.speaker,
        )
        if keep and given.start is not None and given.end is not None:
            word |= {"start": given.start, "end": given.end, "confidence": given.confidence}
        if any(part.guessed for part in parts):
            word["interpolated"] = True
        found.append(word)
    return found


def _untimed(given: Given, word: GivenWord) -> Word:
    """A word of a text that does not belong to the sound: its caption's time, or none."""
    start, end = word.start, word.end
    if start is None and word.cue is not None:
        mates = [other for other in given.words if other.cue == word.cue]
        cue = given.cues[word.cue]
        step = (cue.end - cue.start) / len(mates)
        place = next(n for n, other in enumerate(mates) if other is word)
        start, end = cue.start + step * place, cue.start + step * (place + 1)
    found = Word(
        text=word.text,
        start=None if start is None else round(start, 3),
        end=None if end is None else round(end, 3),
        confidence=0.0,
        speaker=word.speaker,
    )
    if start is not None:
        found["interpolated"] = True
    return found
