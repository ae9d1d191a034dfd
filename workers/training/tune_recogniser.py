"""What PocketSphinx gains or loses by its settings, on the development part and two people.

    python -m workers.training.tune_recogniser                 # every setting beside the one in use
    python -m workers.training.tune_recogniser beams cmn-mean  # some of them

One row a setting: word error rate of made speech (clear; in noise and rooms), of each person, of
answers whose question and job description hold rare words, with how many of those words were heard;
seconds of computing for a second of sound. docs/evaluation.md keeps what came of it.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from workers.engines.asr import sphinx
from workers.engines.asr.sound import Sound
from workers.engines.asr.vocabulary import Expected, expected
from workers.engines.types import SAMPLE_RATE, Span, StageSettings
from workers.engines.types import Part as SessionPart
from workers.training.evaluation import cases
from workers.training.evaluation.pipeline import Recording
from workers.training.evaluation.words import NOTHING, Timed, compare, spoken
from workers.training.speech.passages import Recipe, made
from workers.training.speech.voices import DEV_VOICES, installed
from workers.training.suites.recordings import CONDITIONS, real

SENTENCES, LISTENED_S = 2, 7.0
"""Taken of each passage, and heard of each recording at least."""
WARPS = (0.88, 0.94, 1.0, 1.06, 1.12)
PILOT_S = 8.0
"""Of a recording, by which its warp is chosen."""
RARE = -120_000
"""As the language model gives a word alone, in logarithms to the base 1.0001 (6 in a million)."""
WITH_JOBS = ("now", "words")
"""Settings that are tried on answers to a job's question as well."""
NOISE_OF_JOBS = ("", "pink")


@dataclass(frozen=True)
class Talk:
    """A recording cut and cleared as the product does, its words, and what was known before."""

    group: str
    said: list[Timed]
    stretches: list[sphinx.Samples]
    expected: list[Expected] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return sum(len(samples) for samples in self.stretches) / SAMPLE_RATE


Way = Callable[[Talk], list[sphinx.Heard]]
Found = Sequence[tuple[Talk, list[sphinx.Heard]]]


def plain(talk: Talk, **options: Any) -> list[sphinx.Heard]:
    return _heard(sphinx.Recogniser(**options), talk)


def fed(talk: Talk, **features: str) -> list[sphinx.Heard]:
    """With other features than the model's own."""
    with _model(**features) as folder:
        return plain(talk, hmm=folder)


@contextmanager
def _model(**features: str) -> Iterator[str]:
    """A folder of the model with other features: its `feat.params` rules over any option."""
    from pocketsphinx import get_model_path

    own = Path(get_model_path("en-us/en-us"))
    with tempfile.TemporaryDirectory() as folder:
        for file in own.iterdir():
            Path(folder, file.name).symlink_to(file)
        lines = (own / "feat.params").read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if line.split()[0].lstrip("-") not in features]
        changed = Path(folder, "feat.params")
        changed.unlink()
        changed.write_text("\n".join([*kept, *(f"-{k} {v}" for k, v in features.items()), ""]))
        yield folder


def told(talk: Talk, favour: float) -> list[sphinx.Heard]:
    """With the words of question and job description."""
    return _heard(sphinx.Recogniser(expected=talk.expected, favour=favour), talk)


def one_mean(talk: Talk) -> list[sphinx.Heard]:
    """The mean of the cepstra from the whole recording, not from each stretch."""
    decoder = sphinx.decoder()
    decoder.start_utt()
    decoder.process_raw(sphinx.pcm(np.concatenate(talk.stretches)), True, True)
    decoder.end_utt()
    mean = decoder.get_cmn()
    with _model(cmn="live") as folder:
        live = sphinx.decoder(hmm=folder)
    found = []
    for samples in talk.stretches:
        live.set_cmn(mean)
        found += sphinx.hear(live, samples)
    return found


def warped(talk: Talk) -> list[sphinx.Heard]:
    """A vocal tract's length by which the recording's beginning is likeliest, then the whole."""
    pilot = talk.stretches[0][: round(PILOT_S * SAMPLE_RATE)]

    def likelihood(warp: float) -> float:
        decoder = sphinx.decoder(warp_params=str(warp))
        sphinx.hear(decoder, pilot)
        return float(decoder.hyp().score) if decoder.hyp() else -np.inf

    best = max(WARPS, key=likelihood)
    return _heard(sphinx.Recogniser(warp_params=str(best)), talk)


SETTINGS: dict[str, Way] = {
    "now": plain,
    "beams": partial(plain, maxhmmpf=30000, maxwpf=-1),
    "beams-wide": partial(plain, maxhmmpf=30000, maxwpf=-1, beam=1e-60, wbeam=1e-40, pbeam=1e-60),
    "beams-10000": partial(plain, maxhmmpf=10000, maxwpf=20),
    "cmn-live": partial(fed, cmn="live"),
    "cmn-mean": one_mean,
    "variance": partial(fed, varnorm="yes"),
    "gain": partial(fed, agc="max"),
    "own-denoising-off": partial(fed, remove_noise="no"),
    "insertion-0.2": partial(plain, wip=0.2),
    "insertion-0.9": partial(plain, wip=0.9),
    "silence-0.05": partial(plain, silprob=0.05),
    "silence-0.0005": partial(plain, silprob=0.0005),
    "language-8": partial(plain, lw=8.0, fwdflatlw=10.0, bestpathlw=11.0),
    "gaussians-8": partial(plain, topn=8),
    "flat-window-50": partial(plain, fwdflatsfwin=50, fwdflatefwid=2),
    "tract": warped,
    **{f"words-{favour:g}": partial(told, favour=favour) for favour in (20.0, 80.0, 300.0)},
}  # fmt: skip


def main(names: Sequence[str]) -> None:
    jobs = list(_jobs())
    talks = [*_made([job.expected for job in jobs]), *_people()]
    groups = list(dict.fromkeys(talk.group for talk in (*talks, *jobs)))
    _say("".join(f"{head:>18}" for head in ("setting", *groups, "rare words", "s of a second")))
    for name in names or SETTINGS:
        about = [*talks, *jobs] if name.startswith(WITH_JOBS) else talks
        began = time.process_time()
        found = [(talk, SETTINGS[name](talk)) for talk in about]
        cost = (time.process_time() - began) / sum(talk.seconds for talk in about)
        rates = [_rate([one for one in found if one[0].group == group]) for group in groups]
        cells = [*rates, _rare([one for one in found if one[0].group == "jobs"]), f"{cost:.2f}"]
        _say("".join(f"{cell:>18}" for cell in (name, *cells)))


def _made(words: Sequence[list[Expected]]) -> Iterator[Talk]:
    """The first sentences of a passage for each condition and voice in turn; what is expected is
    of an answer to quite another question, so that it can only mislead."""
    passages = cases.records(cases.path("dev", "speech", "passages.jsonl", kind="language"))
    voices = installed(DEV_VOICES)
    for number, (passage, condition) in enumerate(zip(passages, CONDITIONS, strict=False)):
        text = " ".join(re.split(r"(?<=[.?!]) ", passage["text"])[:SENTENCES])
        recipe = Recipe(text, voices[number % len(voices)], number, condition.change,
                        condition.noise, condition.snr_db, condition.room)  # fmt: skip
        yield _talk("clear" if condition.clear else "hard", recipe, words[number % len(words)])


def _people() -> Iterator[Talk]:
    for person in real():
        yield Talk(person.name[:14], spoken(person.text), _stretches(person.path)[1])


def _jobs() -> Iterator[Talk]:
    jobs = cases.records(cases.path("dev", "recognition", "jobs.jsonl", kind="language"))
    voices = installed(DEV_VOICES)
    for number, job in enumerate(jobs):
        noise = NOISE_OF_JOBS[number % len(NOISE_OF_JOBS)]
        recipe = Recipe(job["answer"], voices[number % len(voices)], number, noise=noise,
                        snr_db=20.0)  # fmt: skip
        yield _talk("jobs", recipe, expected(_settings(job)))


def _settings(job: dict[str, str]) -> StageSettings:
    return StageSettings(
        scenario="interview", language="en", title="", job_title="", transcript=None, speaker=None,
        parts=[SessionPart(id="1", question=job["question"], start=None, end=None)],
        job_description=job["job_description"], engines={},
    )  # fmt: skip


def _talk(group: str, recipe: Recipe, words: Sequence[Expected]) -> Talk:
    take = made(recipe)
    spans, stretches = _stretches(take.path, LISTENED_S)
    said = [word for w in take.words if w.end <= spans[-1]["end"] for word in spoken(w.text)]
    return Talk(group, said, stretches, list(words))


def _stretches(path: Path, least_s: float = 60.0) -> tuple[list[Span], list[sphinx.Samples]]:
    """The first stretches of a recording that have `least_s` together."""
    with Recording(path) as recording:
        recording.run("audio")
        job = recording.job("transcribe")
        with Sound(job["artifacts"]["audio"]) as sound:
            spans = sound.stretches(job["upstream"]["audio"]["speech"])
            lengths = np.cumsum([span["end"] - span["start"] for span in spans])
            spans = spans[: int(np.searchsorted(lengths, least_s)) + 1]
            return spans, [
                sound.clear(span["start"], span["end"], by_default=True) for span in spans
            ]


def _heard(recogniser: sphinx.Recogniser, talk: Talk) -> list[sphinx.Heard]:
    return [heard for samples in talk.stretches for heard in recogniser.hear(samples)]


def _rate(found: Found) -> str:
    """Word error rate."""
    heard = sum((compare(talk.said, _words(words)) for talk, words in found), NOTHING)
    return f"{heard.wer:.1%}" if found else ""


def _words(heard: Sequence[sphinx.Heard]) -> list[Timed]:
    return [Timed(word.word.lower()) for word in heard]


def _rare(found: Found) -> str:
    """Share of the answers' expected words that the language model barely knows, as heard."""
    if not found:
        return ""
    model = sphinx.decoder().get_lm()
    said = kept = 0
    for talk, heard in found:
        rare = {word.word for word in talk.expected if model.prob([word.word]) < RARE}
        words = [word.word.lower() for word in heard]
        for word in rare & {one.text for one in talk.said}:
            said += sum(one.text == word for one in talk.said)
            kept += min(words.count(word), sum(one.text == word for one in talk.said))
    return f"{kept} of {said}"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
