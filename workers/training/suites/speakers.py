"""Two people in a recording: noticed by their pitch, and told apart where a model of voices is.

Made dialogues, two voices taking turns of a sentence or two, and the same passages by one voice.
Without the model the report says so, and the notice alone is measured.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workers.engines.asr import speakers
from workers.engines.asr.sound import Sound
from workers.engines.asr.speakers import Turn
from workers.engines.types import SAMPLE_RATE
from workers.training.evaluation import cases
from workers.training.evaluation.pipeline import Recording
from workers.training.evaluation.places import models_dir
from workers.training.evaluation.scores import Counts
from workers.training.evaluation.sounding import written
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.speech.noise import with_noise
from workers.training.speech.say import say
from workers.training.speech.voices import Samples, installed
from workers.training.suites.recordings import VOICES

SAME = ({"slt", "slt-hts"},)
"""Voices of one person: no dialogue is made of them."""
SENTENCES = 8
SNR_DB = (None, 25.0, 15.0)
STEP_S = 0.01
NO_MODEL = "no model of voices here: bin/rostrum models install speakers"


@dataclass(frozen=True)
class Talk:
    case: str
    samples: Samples
    turns: tuple[Turn, ...]

    @property
    def voices(self) -> int:
        return len({turn.speaker for turn in self.turns})


def evaluate(part: Part) -> Report:
    talks = list(_talks(part))
    folder = speakers.installed({"models_dir": str(models_dir())})
    noticed = [(talk, _is_noticed(talk)) for talk in talks]
    notice = Counts(
        right=sum(found and talk.voices > 1 for talk, found in noticed),
        missed=sum(not found and talk.voices > 1 for talk, found in noticed),
        wrong=sum(found and talk.voices == 1 for talk, found in noticed),
    )
    figures = list(notice.figures("notice", target=0.9, note="two people, by their pitch"))
    outcomes = [
        Outcome(f"{talk.case}, noticed", talk.voices > 1, found,
                "" if found == (talk.voices > 1) else "missed" if talk.voices > 1 else "one voice")
        for talk, found in noticed
    ]  # fmt: skip
    if folder is None:
        names = ("diarization_error", "single_voices_split")
        return Report("speakers", part, "rostrum prosody",
                      [*figures, *(Figure(name, None, note=NO_MODEL) for name in names)],
                      outcomes)  # fmt: skip
    told = [(talk, _told(talk, folder)) for talk in talks]
    errors = [error_rate(talk.turns, found) for talk, found in told if talk.voices > 1]
    single = [len({turn.speaker for turn in found}) > 1 for talk, found in told if talk.voices == 1]
    figures += [
        Figure("diarization_error", float(np.mean(errors)), "%", target=0.15, better="lower",
               n=len(errors), note="wrong or missed share of the speech"),
        Figure("single_voices_split", sum(single) / max(1, len(single)), "%", target=0.0,
               better="lower", n=len(single)),
    ]  # fmt: skip
    return Report("speakers", part, f"rostrum prosody, {folder.name}", figures, outcomes)


def error_rate(true: Sequence[Turn], found: Sequence[Turn]) -> float:
    """Share of the true speech that nobody, or not the right one, is found to speak: of all ways
    to name the voices found, the best. What is found in silence does not count."""
    end = max(turn.end for turn in (*true, *found)) if found else max(t.end for t in true)
    times = np.arange(0.0, end, STEP_S) + STEP_S / 2
    truth, guess = _who(true, times), _who(found, times)
    spoken = truth >= 0
    voices, names = range(int(truth.max()) + 1), range(int(guess.max()) + 1)
    shared = [[int(((truth == a) & (guess == b)).sum()) for b in names] for a in voices]
    if len(names) < len(voices):
        shared = [[*row, *[0] * (len(voices) - len(names))] for row in shared]
    ways = itertools.permutations(range(len(shared[0])), len(voices))
    right = max(sum(shared[a][b] for a, b in enumerate(way)) for way in ways)
    return 1.0 - right / max(1, int(spoken.sum()))


def _who(turns: Sequence[Turn], times: np.ndarray) -> np.ndarray:
    """The number of who speaks at each time; -1 for nobody."""
    numbers = {name: n for n, name in enumerate(dict.fromkeys(t.speaker for t in turns))}
    who = np.full(len(times), -1)
    for turn in turns:
        first, end = np.searchsorted(times, (turn.start, turn.end))
        who[first:end] = numbers[turn.speaker]
    return who


def _is_noticed(talk: Talk) -> bool:
    with written(talk.samples) as path, Recording(path) as recording:
        heard = recording.run("audio", "prosody")["prosody"]["section"]
    return any(warning["code"] == "two_voices" for warning in heard["warnings"])


def _told(talk: Talk, folder: Path) -> list[Turn]:
    with written(talk.samples) as path, Sound(path) as sound:
        found = speakers.turns(folder, None, sound)
        return speakers.heard_enough(found, sum(turn.end - turn.start for turn in talk.turns))


def _talks(part: Part) -> list[Talk]:
    """Every pair of voices and every voice alone, quiet and in noise."""
    passages = cases.records(cases.path(part, "speech", "passages.jsonl", kind="language"))
    text = " ".join(re.sub(r"\b(?:[Uu]m|[Uu]h),? ", "", one["text"]) for one in passages)
    lines = re.split(r"(?<=[.?!]) ", text.replace('"', ""))
    voices = installed(VOICES["dev" if part == "small" else part])
    pairs = [pair for pair in itertools.combinations(voices, 2) if set(pair) not in SAME]
    groups: list[tuple[str, ...]] = [*pairs, *((voice,) for voice in voices)]
    if part == "small":
        groups = [pairs[0], (voices[0],)]
    levels = SNR_DB[:1] if part == "small" else SNR_DB
    return [_talk(group, lines, snr, part) for group in groups for snr in levels]


def _talk(group: tuple[str, ...], lines: Sequence[str], snr_db: float | None, part: Part) -> Talk:
    """`SENTENCES` of `lines` spoken in turns; its name decides everything by chance about it."""
    case = f"{' and '.join(group)}, {'quiet' if snr_db is None else f'{snr_db:g} dB'}"
    chance = random.Random(f"{part} {case}")  # noqa: S311 - repeatable, not secret
    parts, turns, at, who, left = [], [], 0.0, 0, chance.randint(1, 2)
    for line in chance.sample(list(lines), SENTENCES):
        samples = say(line, voice=group[who], lead=0.0, tail=chance.uniform(0.3, 0.9)).samples
        spoken = np.flatnonzero(np.abs(samples) > 0)
        turns.append(Turn(at, at + int(spoken[-1]) / SAMPLE_RATE, group[who]))
        parts.append(0.08 * samples / np.sqrt(np.mean(samples[spoken] ** 2)))
        at += len(samples) / SAMPLE_RATE
        left -= 1
        if not left:
            who, left = (who + 1) % len(group), chance.randint(1, 2)
    sound = np.clip(np.concatenate(parts), -1, 1).astype(np.float32)
    if snr_db is not None:
        sound = with_noise(sound, snr_db, len(case), "pink")
    return Talk(case, sound, tuple(turns))
