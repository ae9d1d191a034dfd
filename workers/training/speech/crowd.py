"""Many voices that hesitate, for training: speech of which only the filled pauses are known.

Voices of festival in six languages, all reading English as they would their own, espeak-ng's
speakers and those of the development part: what a filled pause sounds like must not be learned from
a few. The held-out voices and whoever lent them their own are not among them. Each recording
follows from its number alone.
"""

from __future__ import annotations

import random
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import soundfile

from workers.engines.types import SAMPLE_RATE
from workers.training.evaluation.types import Unavailable
from workers.training.speech.changes import Change, changed, drawn_out, held, median_hz
from workers.training.speech.draws import answers
from workers.training.speech.noise import KINDS, babble, mixed, with_noise
from workers.training.speech.passages import FILLED as FILLED_PAUSE
from workers.training.speech.rooms import Room, in_room
from workers.training.speech.voices import VOICES as OURS
from workers.training.speech.voices import Samples, resampled, speak

Span = tuple[float, float]
FESTIVAL = ("lp_diphone", "pc_diphone", "czech_dita", "czech_krb", "czech_machac", "czech_ph",
            "hy_fi_mv_diphone", "suo_fi_lj_diphone", "upc_ca_ona_hts")  # fmt: skip
ESPEAK = ("en-us+m1", "en-us+m3", "en-us+m7", "en-us+f2", "en-us+f4", "en-us+Annie", "en-us+Andy",
          "en-us+klatt2", "en-us+klatt4", "en-gb+m5", "en-gb+f5", "en-gb+steph",
          "en-gb+Michael", "en-us+adam", "en-us+Alicia", "en-us+benjamin", "en-us+david",
          "en-us+linda", "en-us+paul", "en-us+shelby", "en-us+travis", "en-gb-scotland+m2",
          "en-gb+anika", "en-gb+victor", "en-us+klatt6", "en-029+m4", "en-gb-x-rp+m6",
          "en-us+quincy")  # fmt: skip
KNOWN = ("slt", "rms", "slt-hts")
PACKAGES = (
    "espeak-ng, festival, festvox-italp16k, festvox-itapc16k, festvox-czech-dita, "
    "festvox-czech-krb, festvox-czech-machac, festvox-czech-ph, festvox-suopuhe-mv, "
    "festvox-suopuhe-lj, festvox-ca-ona-hts"
)
VOICES = (*FESTIVAL, *KNOWN, *ESPEAK)
SPEAKERS = {"slt-hts": "slt"}
"""Voices of one person count as one."""
FILLED = {"festival": ("um", "uh", "um", "am", "em", "u"), "known": ("um", "uh", "um", "er"),
          "espeak": ("[[V:m]]", "[[V:]]", "[[@m]]", "[[3:]]", "[[3:m]]", "[[m:]]")}  # fmt: skip
SHORT_WORDS = ("so", "now", "and", "but", "yes", "no", "well", "I", "we", "or", "then", "also",
               "the", "a", "to", "oh", "in", "one", "my", "for")  # fmt: skip
SENTENCES, FILLED_SHARE, WORD_SHARE, JOINED_SHARE = (2, 3), 0.5, 0.25, 0.12
"""Of the clauses: how many begin with a filled pause, with a word set off; and of the filled pauses
how many hang on the word before them."""
SHORT_SHARE, SHORT_S, LONG_S = 0.5, (0.16, 0.36), (0.3, 0.75)
SEMITONES, FALL, BEND, LEVEL_DB = (-5.0, 1.0), (-2.5, 1.0), (-1.0, 1.0), (-8.0, 1.0)
DRAWN_OUT_SHARE, DRAWN_OUT_S, DRAWN_OUT = 0.2, 0.2, (1.6, 3.0)
"""Of the clauses: how many have their last `DRAWN_OUT_S` drawn out, and how many times as long."""
SUNG_SHARE, UNWRITTEN_SHARE = 0.1, 0.1
"""Recordings said slowly on nearly one note; words set off that the text lacks."""
SILENCE_S, AFTER_SENTENCE_S = (0.05, 0.45), (0.3, 1.1)
BABBLE = ("The train to the north leaves at nine and the bus will be late again today.",
          "You should have seen the garden before they cut the old trees down.",
          "My sister bought a house near the lake where we used to go in summer.")  # fmt: skip
BABBLE_SHARE, BABBLE_DB, TALKERS = 0.25, (8.0, 22.0), (2, 5)
NOISE_SHARE, NOISE_DB = 0.55, (8.0, 35.0)


@dataclass(frozen=True)
class Hesitant:
    samples: Samples
    fillers: list[Span]
    voice: str
    text: str
    """The words without the filled pauses, as recognisers give them; now and then one is lost."""

    @property
    def speaker(self) -> str:
        return SPEAKERS.get(self.voice, self.voice)


def recording(number: int, voices: Sequence[str] = VOICES) -> Hesitant:
    """Always the same one; its voice is number `number` of `voices`, over and over."""
    chance = random.Random(f"crowd {number}")  # noqa: S311 - repeatable, not secret
    voice = voices[number % len(voices)]
    samples, fillers, text = _said(voice, _lines(chance), chance)
    change = _change(chance)
    moved = changed(samples, change)
    factor = len(moved) / len(samples)
    fillers = [(start * factor, end * factor) for start, end in fillers]
    return Hesitant(_recorded(moved, voice, chance), fillers, voice, text)


def _lines(chance: random.Random) -> list[str]:
    """Clauses of one of the development part's answers, without any filled pause of its own."""
    answer = chance.choice(answers())
    size = min(len(answer), chance.randint(*SENTENCES))
    start = chance.randint(0, len(answer) - size)
    plain = FILLED_PAUSE.sub("", " ".join(answer[start : start + size]))
    clauses = re.split(r"(?<=[,;:.?!]) ", plain)
    return [clause for clause in clauses if re.search(r"\w", clause)]


def _said(voice: str, lines: list[str], chance: random.Random) -> tuple[Samples, list[Span], str]:
    """The clauses with silences, filled pauses and words set off between them; and the words."""
    kind = "festival" if voice in FESTIVAL else "espeak" if voice in ESPEAK else "known"
    often, seldom = chance.choice(FILLED[kind]), chance.choice(FILLED[kind])
    clauses = [re.sub(r"[^\w'’ -]", " ", line) for line in lines]
    found = uttered(voice, (often, seldom, *SHORT_WORDS, *clauses))
    usual = median_hz(found[clauses[0]])
    parts: list[Samples] = [_silence(0.3)]
    fillers: list[Span] = []
    text: list[str] = []
    for line, clause in zip(lines, clauses, strict=True):
        drawn = chance.random()
        if drawn < FILLED_SHARE:
            if chance.random() < JOINED_SHARE:
                parts = parts[:-1]
            sound = found[often if chance.random() < 0.7 else seldom]
            filler = _filler(sound, usual, found[clause], chance)
            start = sum(map(len, parts)) / SAMPLE_RATE
            fillers.append((start, start + len(filler) / SAMPLE_RATE))
            parts += [filler, _silence(chance.uniform(*SILENCE_S))]
        elif drawn < FILLED_SHARE + WORD_SHARE:
            word = chance.choice(SHORT_WORDS)
            said = changed(found[word], Change(stretch=chance.uniform(0.9, 2.0)))
            parts += [said, _silence(chance.uniform(*SILENCE_S))]
            text += [word] * (chance.random() >= UNWRITTEN_SHARE)
        ends = AFTER_SENTENCE_S if line[-1] in ".?!" else SILENCE_S
        said = found[clause]
        if chance.random() < DRAWN_OUT_SHARE:
            said = drawn_out(said, DRAWN_OUT_S, chance.uniform(*DRAWN_OUT))
        parts += [said, _silence(chance.uniform(*ends))]
        text.append(line)
    return np.concatenate(parts), fillers, " ".join(text)


def _filler(plain: Samples, usual_hz: float, beside: Samples, chance: random.Random) -> Samples:
    """A filled pause: short or long, low, sinking or drifting, mostly softer than the clause."""
    hz = usual_hz * 2 ** (chance.uniform(*SEMITONES) / 12)
    seconds = chance.uniform(*(SHORT_S if chance.random() < SHORT_SHARE else LONG_S))
    fall, bend = chance.uniform(*FALL), chance.uniform(*BEND) * (chance.random() < 0.5)
    made = held(plain, seconds, hz, fall, bend)
    loud = np.sqrt(np.mean(beside**2)) / max(1e-6, float(np.sqrt(np.mean(made**2))))
    fade = np.linspace(0.0, chance.uniform(-4.0, 0.0), len(made))
    made = made * loud * 10 ** ((chance.uniform(*LEVEL_DB) + fade) / 20)
    edge = np.minimum(1.0, np.minimum(np.arange(len(made)), np.arange(len(made))[::-1]) / 160)
    return (np.clip(made, -0.98, 0.98) * edge).astype(np.float32)


def _change(chance: random.Random) -> Change:
    if chance.random() < 0.3:
        return Change()
    sung = chance.random() < SUNG_SHARE
    return Change(
        stretch=chance.uniform(1.2, 1.5) if sung else chance.uniform(0.78, 1.2),
        semitones=chance.uniform(-4.0, 5.0), formants=chance.uniform(0.84, 1.2),
        liveliness=chance.uniform(0.1, 0.3) if sung else chance.uniform(0.4, 1.4),
    )  # fmt: skip


def _recorded(samples: Samples, voice: str, chance: random.Random) -> Samples:
    """A tilt of the microphone, a room, noise, a telephone's band, a level: each now and then."""
    heard = tilted(samples, chance.uniform(-6.0, 6.0)) if chance.random() < 0.5 else samples
    if chance.random() < 0.4:
        room = Room(chance.uniform(0.2, 0.8), chance.uniform(0.4, 2.8), seed=chance.randint(1, 9))
        heard = in_room(heard, room)
    seed = chance.randint(1, 10**6)
    if chance.random() < BABBLE_SHARE:
        others = [name for name in VOICES if name != voice]
        talkers = [sound for name in chance.sample(others, chance.randint(*TALKERS))
                   for sound in _talking(name)]  # fmt: skip
        heard = mixed(heard, babble(talkers, len(heard), seed), chance.uniform(*BABBLE_DB))
    elif chance.random() < NOISE_SHARE:
        heard = with_noise(heard, chance.uniform(*NOISE_DB), seed, chance.choice(list(KINDS)))
    if chance.random() < 0.12:
        heard = _telephone(heard)
    return np.clip(heard * 10 ** (chance.uniform(-20.0, 0.0) / 20), -1, 1).astype(np.float32)


def tilted(samples: Samples, db: float) -> Samples:
    """`db` more at 8 kHz than at 500 Hz, in a straight line over octaves."""
    spectrum = np.fft.rfft(samples)
    octaves = np.log2(np.maximum(np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE), 60) / 500)
    made = np.fft.irfft(spectrum * 10 ** (db / 4 * octaves / 20), len(samples))
    return (made * min(1.0, 0.98 / max(1e-9, float(np.abs(made).max())))).astype(np.float32)


def _telephone(samples: Samples) -> Samples:
    from scipy.signal import butter, sosfilt

    band = butter(4, (250, 3600), "bandpass", fs=SAMPLE_RATE, output="sos")
    return np.asarray(sosfilt(band, samples), dtype=np.float32)


@cache
def _talking(voice: str) -> list[Samples]:
    return list(uttered(voice, BABBLE).values())


def uttered(voice: str, texts: Sequence[str]) -> dict[str, Samples]:
    """Each text by a voice, without the silence about it."""
    with tempfile.TemporaryDirectory() as folder:
        waves = {text: Path(folder, f"{n}.wav") for n, text in enumerate(dict.fromkeys(texts))}
        if voice not in OURS and "+" not in voice:
            script = f"(voice_{voice})" + "".join(
                f'(set! u (Utterance Text "{text}")) (utt.synth u) (utt.save.wave u "{wave}")'
                for text, wave in waves.items()
            )
            command = ["festival", "--pipe"]
            subprocess.run(command, input=script, capture_output=True, text=True, check=True)
        elif "+" in voice:
            for text, wave in waves.items():
                command = ["espeak-ng", "-v", voice, "-w", str(wave), text]
                subprocess.run(command, capture_output=True, check=True)
        if voice in OURS:
            return {text: _cut(speak(text, voice)[0]) for text in waves}
        if not all(wave.exists() for wave in waves.values()):
            raise Unavailable(f"the voice {voice} is missing (Debian packages {PACKAGES})")
        return {text: _cut(_read(wave)) for text, wave in waves.items()}


def _read(wave: Path) -> Samples:
    samples, rate = soundfile.read(wave, dtype="float32")
    return resampled(samples, rate, SAMPLE_RATE)


def _cut(samples: Samples) -> Samples:
    level = np.abs(samples)
    sounding = np.flatnonzero(level > 0.01 * level.max())
    return samples[sounding[0] : sounding[-1] + 1]


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE), dtype=np.float32)
