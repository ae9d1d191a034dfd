"""What the suites of prosody share: their parameters, and sounds in noise."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from workers.training.evaluation import cases
from workers.training.evaluation.types import Part
from workers.training.speech import noise as noises
from workers.training.speech.changes import Change, median_hz
from workers.training.speech.say import Piece, Spoken, say
from workers.training.speech.source import voice
from workers.training.speech.voices import Samples


def parameters(part: Part) -> dict[str, Any]:
    """What the sounds are made from; dev and held-out differ in all of it."""
    path = cases.path(part, "prosody", "prosody.json", kind="speech")
    return dict(json.loads(path.read_text(encoding="utf-8")))


def said(voice: dict[str, Any], pieces: Sequence[Piece]) -> Spoken:
    """The pieces by {flite, formant_shift?, pitch_hz?}: a voice, or one made from it of another
    vocal tract and median pitch."""
    spoken = say(*pieces, voice=voice["flite"])
    if "formant_shift" not in voice:
        return spoken
    semitones = 12 * float(np.log2(voice["pitch_hz"] / median_hz(spoken.samples)))
    return spoken.changed(Change(semitones=semitones, formants=voice["formant_shift"]))


def spaced(sentences: Sequence[str], pause_s: float) -> list[Piece]:
    """Sentences with a pause between them."""
    pieces: list[Piece] = []
    for sentence in sentences:
        pieces += [pause_s, sentence]
    return pieces[1:]


def noisy(samples: Samples, noise: dict[str, Any], seed: int) -> Samples:
    """The samples with {kind, snr_db} under them: a kind of `speech.noise.KINDS`, babble, none."""
    if noise["kind"] == "none":
        return samples
    if noise["kind"] == "babble":
        others = noises.babble(_talkers(seed), len(samples), seed)
        return noises.mixed(samples, others, noise["snr_db"])
    return noises.with_noise(samples, noise["snr_db"], seed, noise["kind"])


def _talkers(seed: int) -> list[Samples]:
    """Eight made voices of several sizes."""
    chance = np.random.default_rng(seed)
    contour = {"shape": "walk", "span_semitones": 6.0, "rate_hz": 1.0}
    timbre = {
        "open_quotient": 0.6, "jitter": 0.01, "shimmer": 0.05, "breath_db": -30.0,
        "alternation": 0.0, "vowels": ["a", "e", "i", "o", "u"],
    }  # fmt: skip
    return [
        voice(
            contour, timbre | {"formant_scale": chance.uniform(0.9, 1.2)}, chance.uniform(90, 230),
            8.0, seed + number,
        ).samples.astype(np.float32)
        for number in range(8)
    ]  # fmt: skip
