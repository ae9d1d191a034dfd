"""Short recordings with one known fault, or none: muffled, noisy, echoing or distorted speech.

Everything follows from a number and from how `far` it is from what is learned from
(`training.draws`): inside the ranges, strangers and held-out recordings each have voices, rooms and
noises of their own. A recording is made once and kept under var.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from workers.engines import vad
from workers.engines.envelope import noise_and_speech_db, read_envelope
from workers.engines.levels import Levels, snr_db
from workers.engines.prosody import loudness, reverberation
from workers.engines.prosody.clarity import KINDS
from workers.engines.types import SAMPLE_RATE, Span
from workers.training.draws import HELD_OUT, INSIDE, STRANGERS, Draw
from workers.training.evaluation.places import made_dir
from workers.training.evaluation.sounding import written
from workers.training.speech import noise as noises
from workers.training.speech.changes import Change, changed
from workers.training.speech.crowd import tilted, uttered
from workers.training.speech.draws import answers
from workers.training.speech.passages import replaced
from workers.training.speech.rooms import Room, in_room
from workers.training.speech.voices import HELDOUT_VOICES, Samples

VERSION = 1
"""Raise it where the same number makes another sound."""
SECONDS = 8.4
LEARNED = (
    "lp_diphone", "pc_diphone", "czech_dita", "czech_machac", "czech_ph", "hy_fi_mv_diphone",
    "upc_ca_ona_hts", "msu_ru_nsh_clunits", "slt", "slt-hts", "en-us+m1", "en-us+m7", "en-us+f2",
    "en-us+Annie", "en-us+Andy", "en-us+klatt2", "en-us+klatt4", "en-gb+m5", "en-gb+f5",
    "en-gb+steph",
)  # fmt: skip
CHECKED = ("rms", "czech_krb", "suo_fi_lj_diphone", "en-us+f4", "en-us+m3", "en-gb+Michael")
SPEAKERS = {
    INSIDE: LEARNED, STRANGERS: CHECKED, HELD_OUT: HELDOUT_VOICES,
}  # fmt: skip
NOISES = {
    INSIDE: ("white", "pink", "hum", "fan"), STRANGERS: ("street", "pink", "white"),
    HELD_OUT: ("street", "babble"),
}  # fmt: skip
SENTENCES, ROOMS = 40, 16
"""That each voice says, and of each sort."""
OCTAVES_HZ = np.array([250, 500, 1000, 2000, 4000])
IMPORTANCE = np.array([0.0617, 0.1671, 0.2373, 0.2648, 0.2691])
"""Of octave bands for understanding speech (ANSI S3.5-1997, table 3; the last holds both of the
upper ones, since the sound ends at 8 kHz)."""


@dataclass(frozen=True)
class Faulty:
    """`variation_db`: the voice's own loudness variation, before any fault; `audible`: share of the
    speech that stands out from the noise (0-1, the speech intelligibility index of ANSI S3.5-1997
    without masking and level)."""

    path: Path
    kind: int
    variation_db: float
    audible: float

    @cached_property
    def samples(self) -> Samples:
        return soundfile.read(self.path, dtype="float32")[0]

    @cached_property
    def measured(self) -> Measured:
        return measured(self.path)


@dataclass(frozen=True)
class Measured:
    """What the product's other stages measure."""

    speech: list[Span]
    snr_db: float | None
    clipping: float
    reverberation_s: float | None
    variation_db: float | None


def measured(path: Path) -> Measured:
    samples, levels = soundfile.read(path, dtype="float32")[0], Levels()
    levels.push(samples)
    levels.finish()
    speech = spoken(samples)
    noise_db, speech_db = noise_and_speech_db(read_envelope(str(path)), speech)
    return Measured(
        speech, snr_db(speech_db, noise_db), levels.clipping_ratio,
        reverberation.measure(str(path), speech),
        loudness.variation(loudness.read_loudness(str(path)), speech),
    )  # fmt: skip


def spoken(samples: Samples) -> list[Span]:
    detector = vad.SpeechDetector()
    detector.push(samples)
    detector.finish()
    return detector.spans()


def recording(number: int, *, far: float) -> Faulty:
    """Always the same one, from the cache where it was made before."""
    folder = made_dir("faults")
    sound = folder / f"{VERSION}-{far}-{number}.flac"
    about = sound.with_suffix(".json")
    if not (sound.exists() and about.exists()):
        samples, truth = _made(Draw(np.random.default_rng([number, round(10 * far)]), far))
        replaced(sound, lambda path: soundfile.write(path, samples, SAMPLE_RATE, format="FLAC"))
        replaced(about, lambda path: path.write_text(json.dumps(truth)))
    return Faulty(sound, **json.loads(about.read_text()))


def _made(draw: Draw) -> tuple[Samples, dict[str, Any]]:
    chance, pick = draw.chance, draw.pick
    kind = KINDS[int(chance.integers(len(KINDS)))]
    dry = _talk(draw)
    with written(dry) as path:
        level = loudness.read_loudness(str(path))
    variation = loudness.variation(level, spoken(dry)) or 0.0
    heard = _coloured(dry, draw, whole=kind != "muffled")
    if kind == "muffled":
        heard = _muffled(heard, draw)
    if kind == "echoing" or chance.random() < 0.5:
        heard = in_room(heard, _room(int(chance.integers(ROOMS)), draw.far, kind == "echoing"))
    snr = pick(-2, 9, 0.3) if kind == "noisy" else pick(24, 45, 0.15)
    other = _noise(len(heard), draw) if kind == "noisy" or chance.random() < 0.8 else None
    audible = 1.0
    if other is not None:
        power = noises.speech_power(heard) / 10 ** (snr / 10)
        other = other * np.sqrt(power / max(1e-20, float(np.mean(other**2))))
        audible = _audible(heard, other)
        heard = heard + other
    heard = heard / max(1e-6, float(np.abs(heard).max()))
    if kind == "distorted":
        heard = _DISTORTED[str(chance.choice([*_DISTORTED]))](heard, draw)
    elif chance.random() < 0.4:
        heard = _thinned(heard, -pick(36, 50, 0.15))
    heard = heard / max(1e-6, float(np.abs(heard).max())) * 10 ** (-chance.uniform(1, 20) / 20)
    return heard.astype(np.float32), {
        "kind": KINDS.index(kind), "variation_db": round(variation, 3), "audible": round(audible, 4)
    }  # fmt: skip


def _talk(draw: Draw) -> Samples:
    """Sentences whose level swings from one to the next and within."""
    chance, pick = draw.chance, draw.pick
    bank = _bank(str(chance.choice(SPEAKERS[draw.far])))
    swing = max(0.0, pick(0.0, 5.0, 0.3))
    parts: list[Samples] = [_silence(0.25)]
    while sum(map(len, parts)) < 1.25 * SECONDS * SAMPLE_RATE:
        said = bank[int(chance.integers(len(bank)))]
        gain = np.clip(swing * chance.standard_normal(), -15, 15)
        course = gain + np.linspace(0, swing * chance.uniform(-1, 1), len(said))
        parts += [(said * 10 ** (course / 20)).astype(np.float32),
                  _silence(chance.uniform(0.15, 0.8))]  # fmt: skip
    whole = np.concatenate(parts)
    whole = whole / float(np.abs(whole).max()) * np.float32(0.5)
    change = Change(
        stretch=pick(0.85, 1.2, 0.2), semitones=pick(-4, 4, 0.25), formants=pick(0.88, 1.16, 0.2),
        liveliness=pick(0.5, 1.4, 0.2),
    )  # fmt: skip
    return changed(whole, change)[: round(SECONDS * SAMPLE_RATE)]


@lru_cache(maxsize=40)
def _bank(voice: str) -> list[Samples]:
    """Sentences by a voice, as loud as each other; the held-out voices say others."""
    kept = made_dir("faults") / f"{VERSION}-{voice}.npz"
    if not kept.exists():
        lines = [line for answer in answers() for line in answer if 5 <= len(line.split()) <= 14]
        first = len(lines) // 2 if voice in HELDOUT_VOICES else 0
        texts = [line.replace('"', "") for line in lines[first :: len(lines) // 100][:SENTENCES]]
        said = uttered(voice, texts)
        arrays = {str(n): _as_loud(one) for n, one in enumerate(said.values())}
        replaced(kept, lambda path: _save(path, arrays))
    with np.load(kept) as found:
        return [found[name].astype(np.float32) / 32768 for name in found.files]


def _save(path: Path, arrays: dict[str, Any]) -> None:
    with path.open("wb") as out:
        np.savez_compressed(out, **arrays)


def _as_loud(samples: Samples) -> Any:
    level = 0.06 / np.sqrt(noises.speech_power(samples))
    return np.round(32767 * np.clip(samples * level, -1, 1)).astype(np.int16)


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE), dtype=np.float32)


def _coloured(samples: Samples, draw: Draw, *, whole: bool) -> Samples:
    """As a microphone colours it; `whole` leaves the band up to 4 kHz and more."""
    chance, pick = draw.chance, draw.pick
    heard = tilted(samples, pick(-6, 6, 0.3))
    bumps = chance.normal(0, draw.worse(2.0, 3.0, 4.5), 8)
    heard = _weighed(heard, lambda hz: np.interp(np.log2(np.maximum(hz, 60)), np.linspace(6, 13, 8),
                                                 bumps))  # fmt: skip
    if chance.random() < 0.5:
        heard = _filtered(heard, 2, pick(60, 200, 0.3), "high")
    if whole and chance.random() < 0.5:
        heard = _filtered(heard, int(chance.integers(3, 9)), pick(4000, 7000, 0.12), "low")
    return heard


def _muffled(samples: Samples, draw: Draw) -> Samples:
    """Under a lid, a mumble, or the upper bands turned down."""
    chance, pick = draw.chance, draw.pick
    way = chance.choice(["lid", "shelf", "smear"])
    if way == "lid":
        return _filtered(samples, int(chance.integers(1, 4)), pick(600, 1700, 0.25), "low")
    if way == "smear":
        samples = _smeared(samples, pick(350, 800, 0.3))
    deep = pick(8, 16, 0.2) if way == "smear" else pick(14, 30, 0.2)
    from_hz = pick(900, 1800, 0.2)
    return _weighed(samples, lambda hz: -deep * np.clip(np.log2(np.maximum(hz, 1) / from_hz), 0, 1))


@lru_cache(maxsize=200)
def _room(number: int, far: float, echoing: bool) -> Room:
    draw = Draw(np.random.default_rng([number, round(10 * far), int(echoing)]), far)
    size = tuple(draw.chance.uniform((4.5, 3.6, 2.4), (9.0, 6.5, 3.4)))
    if echoing:
        return Room(draw.pick(0.75, 1.2, 0.3), draw.pick(1.3, 2.6, 0.15), size, number)
    return Room(draw.pick(0.2, 0.4, 0.25), draw.pick(0.35, 0.7, 0.2), size, number)


def _noise(count: int, draw: Draw) -> Samples:
    kind = str(draw.chance.choice(NOISES[draw.far]))
    if kind == "babble":
        others = [one for voice in SPEAKERS[draw.far] for one in _bank(voice)[:4]]
        return noises.babble(others, count, int(draw.chance.integers(10**6)))
    return noises.KINDS[kind](count, draw.chance)


def _audible(speech: Samples, other: Samples) -> float:
    """Speech 15 dB over the noise of its band is heard whole, 15 dB under it not at all."""
    powers = []
    for samples in (speech, other):
        power = np.abs(np.fft.rfft(samples)) ** 2
        hz = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
        octave = np.searchsorted(OCTAVES_HZ / np.sqrt(2), hz)
        powers.append(np.bincount(octave, power, len(OCTAVES_HZ) + 1)[1:])
    ratio = 10 * np.log10(np.maximum(powers[0], 1e-12) / np.maximum(powers[1], 1e-12))
    return float(IMPORTANCE @ np.clip((ratio + 15) / 30, 0, 1))


def _clipped(samples: Samples, draw: Draw) -> Samples:
    """The loudest samples cut flat, as an overdriven microphone does."""
    level = np.abs(samples)
    share = max(0.01, draw.pick(0.04, 0.2, 0.3))
    most = float(np.quantile(level[level > 1e-3], 1 - share))
    return _filtered(np.clip(samples, -most, most), 1, 7600, "low")


def _thinned(samples: Samples, floor_db: float) -> Samples:
    """As a codec of few bits: what lies so far under its moment's strongest is left out."""

    def kept(spectrum: Any) -> Any:
        level = np.abs(spectrum)
        return np.where(level >= level.max(axis=0) * 10 ** (floor_db / 20), spectrum, 0)

    return _by_frames(samples, kept)


def _smeared(samples: Samples, hz: float) -> Samples:
    """Resonances blurred over `hz`."""
    from scipy.ndimage import uniform_filter1d

    size = max(3, round(hz * 512 / SAMPLE_RATE))

    def blurred(spectrum: Any) -> Any:
        level = np.abs(spectrum)
        return spectrum * np.sqrt(uniform_filter1d(level**2, size, axis=0) / (level**2 + 1e-9))

    return _by_frames(samples, blurred)


def _coded(samples: Samples, draw: Draw) -> Samples:
    return _thinned(samples, -draw.pick(6, 14, 0.2))


def _broken(samples: Samples, draw: Draw) -> Samples:
    """Packets of 20-60 ms that never came."""
    size = round(draw.chance.uniform(0.02, 0.06) * SAMPLE_RATE)
    count = -(-len(samples) // size)
    there = draw.chance.random(count) >= draw.pick(0.1, 0.25, 0.3)
    return samples * np.repeat(there, size)[: len(samples)]


def _coarse(samples: Samples, draw: Draw) -> Samples:
    """Few steps, closer together where it is quiet (mu-law)."""
    steps = 2 ** (draw.pick(2.8, 4.2, 0.2) - 1)
    bent = np.sign(samples) * np.log1p(255 * np.abs(samples)) / np.log(256)
    bent = np.round(bent * steps) / steps
    return np.sign(bent) * (256 ** np.abs(bent) - 1) / 255


_DISTORTED: dict[str, Callable[[Samples, Draw], Samples]] = {
    "clipped": _clipped, "coded": _coded, "broken": _broken, "coarse": _coarse,
}  # fmt: skip


def _by_frames(samples: Samples, change: Callable[[Any], Any]) -> Samples:
    from scipy.signal import istft, stft

    _, _, spectrum = stft(samples, SAMPLE_RATE, nperseg=512)
    _, made = istft(change(spectrum), SAMPLE_RATE, nperseg=512)
    return made[: len(samples)].astype(np.float32)


def _weighed(samples: Samples, gain_db: Callable[[Any], Any]) -> Samples:
    spectrum = np.fft.rfft(samples)
    hz = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    return np.fft.irfft(spectrum * 10 ** (gain_db(hz) / 20), len(samples)).astype(np.float32)


def _filtered(samples: Samples, order: int, hz: float, way: str) -> Samples:
    from scipy.signal import butter, sosfilt

    return sosfilt(butter(order, hz, way, fs=SAMPLE_RATE, output="sos"), samples).astype(np.float32)
