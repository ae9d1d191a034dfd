"""Fillers from sound alone: "um" and "uh" that no transcript has, in many voices and noises.

Once *between words*: the text is attached without its fillers, as recognisers give it, so words
have times and what is judged is the ear for what lies between them. Once *alone*: without any
words. A filler is found where one from the sound overlaps it. Recordings of people who read or give
a prepared speech have none, so what is found there are false alarms.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from workers.training.evaluation.pipeline import sections
from workers.training.evaluation.places import recordings_dir
from workers.training.evaluation.scores import Counts, matched
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.speech.passages import FILLED
from workers.training.suites.recordings import KNOWN_WORDS, Take, takes

TARGET = 0.85
FOREIGN = "de"
"""A language PocketSphinx does not know: nothing is recognised, which is what `alone` wants."""
PREPARED = ("jfk.flac", "north_wind_and_the_sun.wav", "radio_address_1.wav", "radio_address_2.wav",
            "talking_head.mp4")  # fmt: skip
LENGTHS_S = (0.35, 0.55)
"""Between short, middling and long fillers."""
Spans = list[tuple[float, float]]


def evaluate(part: Part) -> Report:
    figures: list[Figure] = []
    outcomes: list[Outcome] = []
    recordings = list(takes(part, 1))
    for way in ("between_words", "alone"):
        judged = [(take, _truth(take), _found(take, way)) for take in recordings]
        outcomes += [_outcome(f"{way}: {take.case}", truth, got) for take, truth, got in judged]
        figures += _figures(way, judged)
    if part != "small":
        figures += _people()
    return Report("sound_fillers", part, "rostrum fluency", figures, outcomes)


def _truth(take: Take) -> Spans:
    return [(filler.start, filler.end) for filler in take.made.fillers]


def _found(take: Take, way: str) -> Spans:
    words = (word.text for word in take.made.words if not FILLED.fullmatch(word.text))
    return _heard(take.made.path, " ".join(words) if way == "between_words" else None)


def _heard(path: Path, text: str | None) -> Spans:
    language = "en" if text else FOREIGN
    found = sections(path, text=text, language=language, transcriber="pocketsphinx")["fluency"]
    items = found["fillers"]["items"]
    return [(item["start"], item["end"]) for item in items if item["source"] == "sound"]


def _figures(way: str, judged: Sequence[tuple[Take, Spans, Spans]]) -> Iterator[Figure]:
    counts = [_counts(truth, got) for _, truth, got in judged]
    yield from sum(counts, Counts()).figures(way, TARGET if way == "between_words" else None)
    for name in dict.fromkeys(take.condition.name for take, _, _ in judged):
        own = [one for one, (take, _, _) in zip(counts, judged, strict=True)
               if take.condition.name == name]  # fmt: skip
        together = sum(own, Counts())
        yield Figure(f"{way}.{name}.f1", together.f1, n=together.expected)
    lengths: dict[str, list[bool]] = {}
    for _, truth, got in judged:
        heard = {i for i, _ in matched(truth, got)}
        for place, (start, end) in enumerate(truth):
            size = sum(end - start >= bound for bound in LENGTHS_S)
            lengths.setdefault(("short", "middling", "long")[size], []).append(place in heard)
    for length, kept in sorted(lengths.items()):
        yield Figure(f"{way}.{length}.recall", sum(kept) / len(kept), n=len(kept))


def _counts(truth: Spans, got: Spans) -> Counts:
    right = len(matched(truth, got))
    return Counts(right, len(got) - right, len(truth) - right)


def _people() -> Iterator[Figure]:
    """False alarms a minute of prepared speech."""
    for name in PREPARED:
        path = recordings_dir() / name
        for way, text in (("between_words", KNOWN_WORDS.get(name)), ("alone", None)):
            if way == "between_words" and text is None:
                continue
            label = f"{way}.false_alarms.{name}"
            if not path.exists():
                yield Figure(label, None, "a minute", better="lower", note="not on this machine")
                continue
            seconds = sections(path, ("audio",))["audio"]["duration_s"]
            found = len(_heard(path, text))
            yield Figure(label, 60 * found / seconds, "a minute", better="lower", n=found)


def _outcome(case: str, truth: Spans, got: Spans) -> Outcome:
    counts = _counts(truth, got)
    wrong = [f"{counts.missed} missed"] * bool(counts.missed)
    wrong += [f"{counts.wrong} false"] * bool(counts.wrong)
    return Outcome(case, truth, got, ", ".join(wrong))
