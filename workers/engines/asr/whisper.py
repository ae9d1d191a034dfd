"""WhisperX: Whisper on our own voice activity, then forced alignment of its words.

Sound goes in as waveforms of a few stretches at a time, so memory does not grow with the length,
and nothing is fetched: weights come from `models_dir` alone. A short prompt full of hesitations
keeps Whisper from tidying them away. Where the alignment model of a language is missing, English
is aligned by PocketSphinx, and other words share their stretch evenly and are marked.
"""

from __future__ import annotations

import math
import re
import tempfile
import time
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from workers.engines.asr import graphics
from workers.engines.asr.reliability import WHISPER, reliability
from workers.engines.asr.result import Found
from workers.engines.asr.sound import Sound
from workers.engines.asr.sphinx import Aligner
from workers.engines.asr.spoken import spoken_token
from workers.engines.asr.weights import align_folder, whisper_folder
from workers.engines.types import Report, Span, StageSettings, Word

PROMPT = "Um, uh, so, er, hmm, I, I mean, you know."
DETECT_S = 30.0
_ENGLISH = re.compile(r"en(?:-|$)")


@dataclass(frozen=True)
class Weights:
    folder: Path
    engines_dir: str
    device: str


def installed(engines: dict[str, Any]) -> Weights | None:
    """The weights to use by the operator's settings, or None where there are none."""
    if not engines.get("models_dir"):
        return None
    device = _device(str(engines.get("device") or "auto"))
    folder = whisper_folder(engines, cuda=device == "cuda")
    return None if folder is None else Weights(folder, str(engines["models_dir"]), device)


def recognise(
    weights: Weights,
    settings: StageSettings,
    sound: Sound,
    speech: list[Span],
    snr_db: float | None,
    report: Report,
) -> Found:
    """Words of the whole sound, reported as they come."""
    pipeline, size = _ready(weights)
    stretches = sound.stretches(speech)
    language = settings["language"].split("-")[0].lower()
    if not pipeline.model.model.is_multilingual:
        language = "en"
    elif language in {"", "auto"}:
        language = pipeline.detect_language(_opening(sound, stretches))
    aligner = _aligner(weights, language)
    words: list[Word] = []
    began, at = time.monotonic(), 0
    while at < len(stretches):
        try:
            fresh = _batch(pipeline, aligner, sound, stretches[at : at + size], language)
        except RuntimeError as error:
            size = graphics.smaller(size, error)
            continue
        words += fresh
        at += size
        report(min(0.99, at / len(stretches)), words=fresh)
    certain = [word["confidence"] or 0.0 for word in words]
    return Found(
        words=words,
        engine=f"whisperx {version('whisperx')} (faster-whisper {version('faster-whisper')})",
        model=f"{weights.folder.name}, {aligner.name}",
        language=language,
        reliability=reliability(WHISPER, float(np.mean(certain)) if certain else 0.0, snr_db),
        timing="recognised",
        source="machine",
        warnings=[],
        machine=_machine(weights.device, size, stretches, time.monotonic() - began),
    )


def _ready(weights: Weights) -> tuple[Any, int]:
    """The pipeline, and how many stretches it takes at once. Raises EngineError where the GPU is
    full or gone."""
    try:
        return _pipeline(weights.folder, weights.device), graphics.batch_size(weights.device)
    except RuntimeError as error:
        raise graphics.told(error) from error


def _machine(device: str, size: int, stretches: list[Span], took_s: float) -> str:
    """What it ran on and how fast; empty on a CPU."""
    name = graphics.described(device)
    spoken_s = sum(span["end"] - span["start"] for span in stretches)
    speed = f"{spoken_s / max(took_s, 1e-3):.0f} times as fast as spoken"
    return f"{name}; {size} stretches at once, {speed}" if name else ""


def _batch(
    pipeline: Any, aligner: _Aligner, sound: Sound, stretches: list[Span], language: str
) -> list[Word]:
    """Words of some stretches in order, on the recording's clock."""
    base = stretches[0]["start"]
    audio = sound.clear(base, stretches[-1]["end"], by_default=False)
    pipeline.vad_model.stretches = [
        Span(start=span["start"] - base, end=span["end"] - base) for span in stretches
    ]
    found = pipeline.transcribe(audio, batch_size=max(2, len(stretches)), language=language)
    words = aligner.words(found["segments"], audio)
    for word in words:
        word["start"] = round((word["start"] or 0.0) + base, 3)
        word["end"] = round((word["end"] or 0.0) + base, 3)
    return words


class _Aligner:
    """Times for the words of Whisper's segments, which carry none."""

    name = "times shared evenly"

    def words(self, segments: list[dict[str, Any]], audio: Any) -> list[Word]:
        return [word for segment in segments for word in self.of(segment, audio)]

    def of(self, segment: dict[str, Any], audio: Any) -> list[Word]:
        certainty = round(math.exp(min(0.0, segment.get("avg_logprob") or 0.0)), 3)
        blank: list[Word] = [
            Word(text=text, start=None, end=None, confidence=certainty, speaker=None)
            for text in segment["text"].split()
        ]
        return interpolated(blank, segment["start"], segment["end"])


class _ByPocketSphinx(_Aligner):
    name = "aligned by PocketSphinx"

    def __init__(self) -> None:
        self._aligner = Aligner()

    def of(self, segment: dict[str, Any], audio: Any) -> list[Word]:
        words = super().of(segment, audio)
        said = [spoken_token(word["text"]) for word in words]
        first, last = round(segment["start"] * 16_000), round(segment["end"] * 16_000)
        laid = self._aligner.lay([part for parts in said for part in parts], audio[first:last])
        if not laid:
            return words
        at = 0
        for word, parts in zip(words, said, strict=True):
            if parts:
                own = laid[at : at + len(parts)]
                at += len(parts)
                word["start"] = segment["start"] + own[0].start
                word["end"] = segment["start"] + own[-1].end
                word.pop("interpolated", None)
        return words


class _ByWav2Vec2(_Aligner):
    def __init__(self, folder: Path, language: str, device: str) -> None:
        import whisperx

        self.name = folder.name
        self._device = device
        _offline_sentence_splitter()
        self._model, self._meta = whisperx.load_align_model(
            language, device, model_name=str(folder), model_cache_only=True
        )

    def words(self, segments: list[dict[str, Any]], audio: Any) -> list[Word]:
        import whisperx

        spoken = [segment for segment in segments if segment["text"].strip()]
        if not spoken:
            return []
        done = whisperx.align(spoken, self._model, self._meta, audio, self._device)
        found: list[Word] = []
        for segment in done["segments"]:
            timed = [
                Word(
                    text=str(word["word"]).strip(),
                    start=_finite(word.get("start")),
                    end=_finite(word.get("end")),
                    confidence=_score(word.get("score"), segment),
                    speaker=None,
                )
                for word in segment["words"]
                if str(word["word"]).strip()
            ]
            if timed:
                found += interpolated(timed, segment["start"], segment["end"])
            else:
                found += self.of(segment, audio)
        return found


def interpolated(words: list[Word], start: float, end: float) -> list[Word]:
    """Give words without times an even share of what their neighbours leave, and mark them."""
    at = 0
    while at < len(words):
        if words[at]["start"] is not None and words[at]["end"] is not None:
            at += 1
            continue
        stop = at
        while stop < len(words) and (words[stop]["start"] is None or words[stop]["end"] is None):
            stop += 1
        low = words[at - 1]["end"] if at else start
        high = words[stop]["start"] if stop < len(words) else end
        low = start if low is None else low
        step = max(0.0, (end if high is None else high) - low) / (stop - at)
        for n in range(at, stop):
            words[n]["start"], words[n]["end"] = low + step * (n - at), low + step * (n - at + 1)
            words[n]["interpolated"] = True
        at = stop
    return words


def _aligner(weights: Weights, language: str) -> _Aligner:
    folder = align_folder({"models_dir": weights.engines_dir}, language)
    if folder is not None:
        return _loaded_aligner(folder, language, weights.device)
    return _ByPocketSphinx() if _ENGLISH.match(language) else _Aligner()


@lru_cache(maxsize=1)
def _loaded_aligner(folder: Path, language: str, device: str) -> _Aligner:
    return _ByWav2Vec2(folder, language, device)


@lru_cache(maxsize=1)
def _pipeline(folder: Path, device: str) -> Any:
    """Whisper's pipeline with our own stretches for its voice activity; loaded once a process."""
    import whisperx

    return whisperx.load_model(
        str(folder),
        device,
        compute_type="float16" if device == "cuda" else "int8",
        asr_options={"initial_prompt": PROMPT},
        vad_model=_stretches(),
        local_files_only=True,
        threads=2,
    )


def _stretches() -> Any:
    """A voice-activity model for WhisperX that answers with the stretches it was given."""
    from whisperx.vads import Vad

    class Given(Vad):
        stretches: list[Span] = []

        def __init__(self) -> None:
            super().__init__(0.5)

        def __call__(self, audio: Any, **_: Any) -> list[Span]:
            return self.stretches

        @staticmethod
        def preprocess_audio(audio: Any) -> Any:
            return audio

        @staticmethod
        def merge_chunks(segments: list[Span], *_: Any, **__: Any) -> list[dict[str, Any]]:
            return [{**span, "segments": [(span["start"], span["end"])]} for span in segments]

    return Given()


def _opening(sound: Sound, stretches: list[Span]) -> Any:
    """The first half minute of speech, silence left out, to tell the language by."""
    pieces, length = [], 0.0
    for span in stretches:
        pieces.append(sound.clear(span["start"], span["end"], by_default=False))
        length += span["end"] - span["start"]
        if length >= DETECT_S:
            break
    return np.concatenate(pieces)


@lru_cache(maxsize=1)
def _offline_sentence_splitter() -> None:
    """WhisperX cuts sentences by NLTK's punkt tables and would download them; ours are empty,
    which makes every full stop an end. We cut sentences ourselves, from the words."""
    import nltk
    from whisperx.alignment import PUNKT_LANGUAGES

    root = Path(tempfile.mkdtemp(prefix="punkt-"))
    for language in {"english", *PUNKT_LANGUAGES.values()}:
        folder = root / "tokenizers" / "punkt_tab" / language
        folder.mkdir(parents=True)
        for name in ("collocations.tab", "sent_starters.txt", "abbrev_types.txt",
                     "ortho_context.tab"):  # fmt: skip
            (folder / name).touch()
    nltk.data.path.insert(0, str(root))


def _device(wanted: str) -> str:
    if wanted != "auto":
        return wanted
    import ctranslate2

    return "cuda" if ctranslate2.get_cuda_device_count() else "cpu"


def _finite(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _score(value: Any, segment: dict[str, Any]) -> float:
    score = _finite(value)
    if score is None:
        score = math.exp(min(0.0, segment.get("avg_logprob") or 0.0))
    return round(min(1.0, max(0.0, score)), 3)
