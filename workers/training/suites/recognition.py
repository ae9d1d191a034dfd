"""Recognition: each engine that is here, on known words in many voices, noises and rooms.

Word error rates count words as they are spoken, filled pauses apart. `reliability` is held
against the share of words that were right, and the gate at 0.7 against a word error rate of 25 %.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from workers.engines.asr.weights import whisper_names
from workers.training.evaluation.pipeline import sections
from workers.training.evaluation.places import models_dir
from workers.training.evaluation.scores import (
    Counts,
    calibration_curve,
    calibration_error,
    percentile,
)
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.evaluation.words import NOTHING, Heard, Timed, compare, spoken
from workers.training.suites.recordings import KNOWN_WORDS, real, takes

GATE, GOOD_WER = 0.7, 0.25
CLEAR_WER = 0.10
"""What an installed Whisper model must reach on clear speech."""
PASSAGES = {"dev": 2, "heldout": 1, "small": 1}
"""For each voice under each condition."""


@dataclass(frozen=True)
class Case:
    """A recording whose words are known."""

    name: str
    path: Path
    said: list[Timed]
    voice: str
    condition: str
    clear: bool


@dataclass(frozen=True)
class Result:
    """What an engine heard in it."""

    case: Case
    heard: Heard
    reliability: float
    text: str


def evaluate(part: Part) -> Report:
    cases = [*_made(part), *_people()]
    figures: list[Figure] = []
    outcomes: list[Outcome] = []
    engines = ["pocketsphinx", *whisper_names(models_dir())]
    for engine in engines:
        results = [_recognise(engine, case) for case in cases]
        figures += _figures(engine, results)
        outcomes += [_outcome(engine, result) for result in results]
    if len(engines) == 1:
        figures.append(Figure("whisper.wer.clear", None, "%", CLEAR_WER, "lower",
                              note="no Whisper weights here"))  # fmt: skip
    return Report("recognition", part, ", ".join(engines), figures, outcomes)


def _made(part: Part) -> Iterable[Case]:
    for take in takes(part, PASSAGES[part]):
        said = [word for w in take.made.words for word in spoken(w.text, w.start, w.end)]
        condition = take.condition
        yield Case(take.case, take.made.path, said, take.voice, condition.name, condition.clear)


def _people() -> Iterable[Case]:
    for recording in real():
        yield Case(recording.name, recording.path, spoken(recording.text), "people", "", False)


def _recognise(engine: str, case: Case) -> Result:
    chosen = (
        {"transcriber": "pocketsphinx"}
        if engine == "pocketsphinx"
        else {"transcriber": "whisperx", "whisper_model": engine.removeprefix("whisper-")}
    )
    found = sections(
        case.path, ("audio", "transcribe"), language="en", models_dir=str(models_dir()), **chosen
    )["transcribe"]
    got = [word for w in found["words"] for word in spoken(w["text"], w["start"], w["end"])]
    return Result(case, compare(case.said, got), found["reliability"] or 0.0, found["text"] or "")


def _figures(engine: str, results: Sequence[Result]) -> list[Figure]:
    made = [result for result in results if result.case.voice != "people"]

    def wer(name: str, belongs: Callable[[Case], bool], target: float | None = None) -> Figure:
        heard = _together(result for result in results if belongs(result.case))
        return Figure(f"{engine}.wer.{name}", heard.wer, "%", target, "lower", heard.said)

    conditions = dict.fromkeys(result.case.condition for result in made)
    voices = dict.fromkeys(result.case.voice for result in made)
    whole = _together(made)
    off = whole.times_off_s
    return [
        wer("clear", lambda case: case.clear, None if engine == "pocketsphinx" else CLEAR_WER),
        *(wer(name, partial(_recorded, name)) for name in conditions),
        *(wer(f"voice {name}", partial(_spoken_by, name)) for name in voices),
        *(_person(engine, name, results) for name in KNOWN_WORDS),
        Figure(f"{engine}.fillers.lost", whole.fillers_lost, "%", better="lower",
               n=whole.fillers, note="um and uh that no filled pause was heard for"),
        Figure(f"{engine}.times.median", percentile(off, 0.5), "s", 0.05, "lower", len(off)),
        Figure(f"{engine}.times.p95", percentile(off, 0.95), "s", 0.2, "lower", len(off)),
        *_calibration(engine, results),
    ]  # fmt: skip


def _recorded(condition: str, case: Case) -> bool:
    return case.condition == condition


def _spoken_by(voice: str, case: Case) -> bool:
    return case.voice == voice


def _person(engine: str, name: str, results: Sequence[Result]) -> Figure:
    found = [result for result in results if result.case.name == name]
    if not found:
        return Figure(f"{engine}.wer.{name}", None, "%", better="lower",
                      note="not on this machine")  # fmt: skip
    heard, sure = found[0].heard, found[0].reliability
    return Figure(f"{engine}.wer.{name}", heard.wer, "%", better="lower", n=heard.said,
                  note=f"reliability {sure:.2f}")  # fmt: skip


def _calibration(engine: str, results: Sequence[Result]) -> list[Figure]:
    """How far `reliability` is from the share of right words, and what the gate lets through."""
    pairs = [(result.reliability, max(0.0, 1 - result.heard.wer)) for result in results]
    gate = Counts(
        right=sum(sure >= GATE and share >= 1 - GOOD_WER for sure, share in pairs),
        wrong=sum(sure >= GATE and share < 1 - GOOD_WER for sure, share in pairs),
        missed=sum(sure < GATE and share >= 1 - GOOD_WER for sure, share in pairs),
    )
    curve = "; ".join(
        f"{sure:.2f}→{share:.2f} ({count})" for sure, share, count in calibration_curve(pairs)
    )
    return [
        Figure(f"{engine}.reliability.ece", calibration_error(pairs), target=0.08, better="lower",
               n=len(pairs), note=curve),
        *gate.figures(f"{engine}.gate"),
    ]  # fmt: skip


def _together(results: Iterable[Result]) -> Heard:
    return sum((result.heard for result in results), NOTHING)


def _outcome(engine: str, result: Result) -> Outcome:
    wer, sure = result.heard.wer, result.reliability
    wrong = (sure >= GATE) != (wer <= GOOD_WER)
    said = " ".join(word.text for word in result.case.said)
    error = f"WER {wer:.0%}, reliability {sure:.2f}" if wrong else ""
    return Outcome(f"{engine}: {result.case.name}", said, result.text, error)
