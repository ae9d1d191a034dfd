"""Speaking and articulation rate: against speech whose words, times and phones are known.

The true words a minute are the passage's words over the time from its first to its last, less
silences over 3 s; true syllables are the synthesiser's vowels; true phonation time leaves out
pauses and filled pauses. Once with the text attached, once as recognised.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workers.engines.asr.spoken import spoken_token
from workers.engines.fluency.words import is_filled_pause
from workers.training.evaluation import cases
from workers.training.evaluation.pipeline import sections
from workers.training.evaluation.scores import percentile, relative_error
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.speech.changes import Change
from workers.training.speech.passages import Made, Recipe, made
from workers.training.speech.say import LEAST_PAUSE_S
from workers.training.speech.voices import installed, vowels
from workers.training.suites.recordings import VOICES

TEMPOS = (0.78, 1.0, 1.3)
SNR_DB = 20.0
TURN_GAP_S = 3.0
TARGET = 0.03


@dataclass(frozen=True)
class Rates:
    words_per_minute: float
    syllables_per_s: float


def evaluate(part: Part) -> Report:
    figures: list[Figure] = []
    outcomes: list[Outcome] = []
    recordings = list(_recordings(part))
    for way, attached in (("attached", True), ("recognised", False)):
        judged = [(case, _truth(take), _measured(take, text if attached else None))
                  for case, text, take in recordings]  # fmt: skip
        figures += _figures(way, [(truth, got) for _, truth, got in judged])
        outcomes += [_outcome(f"{case} {way}", truth, got) for case, truth, got in judged]
    return Report("rates", part, "rostrum fluency rules", figures, outcomes)


def _recordings(part: Part) -> Iterator[tuple[str, str, Made]]:
    passages = cases.records(cases.path(part, "speech", "passages.jsonl", kind="language"))
    tempos = TEMPOS[:1] if part == "small" else TEMPOS
    turn = itertools.cycle(passages)
    for voice in installed(VOICES[part]):
        for tempo in tempos:
            for passage in itertools.islice(turn, 1 if part == "small" else 4):
                recipe = Recipe(passage["text"], voice, 3, Change(stretch=tempo), "pink", SNR_DB)
                yield f"{passage['id']} {voice} x{tempo}", passage["text"], made(recipe)


def _truth(take: Made) -> Rates:
    words = [word for word in take.words if not is_filled_pause(word.text.lower())]
    gaps = [(a.end, b.start) for a, b in itertools.pairwise(words)]
    turns = sum(end - start for start, end in gaps if end - start > TURN_GAP_S)
    speaking = words[-1].end - words[0].start - turns
    every = [(a.end, b.start) for a, b in itertools.pairwise(take.words)]
    inner = [end - start for start, end in every if LEAST_PAUSE_S <= end - start <= TURN_GAP_S]
    filled = [word.end - word.start for word in take.fillers]
    syllables = sum(vowels(word.text) for word in words)
    count = sum(len(spoken_token(word.text)) for word in words)
    return Rates(count / speaking * 60, syllables / (speaking - sum(inner) - sum(filled)))


def _measured(take: Made, text: str | None) -> Rates | None:
    found = sections(take.path, text=text, transcriber="pocketsphinx")["fluency"]
    pace = found["words_per_minute"]
    rate = found["articulation_rate_syllables_per_s"]
    return Rates(pace, rate) if pace and rate else None


def _figures(way: str, judged: Sequence[tuple[Rates, Rates | None]]) -> list[Figure]:
    known = [(truth, got) for truth, got in judged if got is not None]
    pace = [relative_error(t.words_per_minute, g.words_per_minute) for t, g in known]
    rate = [relative_error(t.syllables_per_s, g.syllables_per_s) for t, g in known]
    target = TARGET if way == "attached" else None
    told = "" if len(known) == len(judged) else f"{len(judged) - len(known)} withheld"

    def error(name: str, errors: Sequence[float], share: float, bound: float | None) -> Figure:
        return Figure(f"{way}.{name}", percentile(errors, share), "%", bound, "lower",
                      len(errors), told)  # fmt: skip

    return [
        error("words_per_minute.error.median", pace, 0.5, target),
        error("words_per_minute.error.p95", pace, 0.95, target),
        error("articulation_rate.error.median", rate, 0.5, None),
        error("articulation_rate.error.p95", rate, 0.95, None),
    ]


def _outcome(case: str, truth: Rates, got: Rates | None) -> Outcome:
    if got is None:
        return Outcome(case, truth, got, "withheld")
    off = relative_error(truth.words_per_minute, got.words_per_minute)
    return Outcome(case, truth, got, f"{off:.1%} off" if off > TARGET else "")
