"""`transcribe`: words with times, from a given text, WhisperX or PocketSphinx.

Which one: a given text (attached, captions, edited) is always aligned and never recognised over.
Else `engines.transcriber`: `whisperx`, `pocketsphinx`, or `auto`, which is WhisperX where its
weights are in `models_dir` and PocketSphinx where not.
"""

from __future__ import annotations

from typing import Any

from workers.engines.asr import denoise, sphinx, whisper
from workers.engines.asr import given as given_text
from workers.engines.asr.align import align, realign
from workers.engines.asr.given import Given
from workers.engines.asr.reliability import GIVEN, POCKETSPHINX, reliability
from workers.engines.asr.result import Found, output, silent, text_only
from workers.engines.asr.sound import Sound
from workers.engines.types import EngineError, Report, SourceTranscript, Span, StageJob, StageOutput
from workers.engines.types import Word as WordRecord

TRUSTED_EDIT = 1.0
"""What a person corrected by hand is right."""


def run(job: StageJob, report: Report) -> StageOutput:
    """The `transcript` section. Without speech the text is null and says why: no failure."""
    source = job["settings"]["transcript"]
    audio = job["artifacts"].get("audio")
    if audio is None:
        if source is None:
            raise EngineError("no_sound", "There is neither sound nor text to work with.")
        return text_only(given_text.read(source), source, job["settings"])
    section = job["upstream"].get("audio", {})
    speech: list[Span] = section.get("speech") or []
    with Sound(audio, denoise.choice(job["settings"]["engines"])) as sound:
        if source is not None:
            found = _given(source, sound, speech, report)
        elif not speech:
            return silent(job["settings"])
        else:
            found = _recognised(job, sound, speech, section.get("signal_to_noise_db"), report)
    return output(found, job["settings"], speech)


def _given(source: SourceTranscript, sound: Sound, speech: list[Span], report: Report) -> Found:
    text = given_text.read(source)
    edited = source["kind"] == "edited" and any(word.start is not None for word in text.words)
    if edited:
        words, fit, placed = realign(text, sound), 1.0, True
        certainty = TRUSTED_EDIT
    else:
        aligned = align(text, sound, speech, lambda ratio: report(min(0.99, ratio)))
        words, fit, placed = aligned.words, aligned.fit, aligned.placed
        certainty = reliability(GIVEN, fit)
    report(0.99, words=words)
    return Found(
        words=words,
        engine=f"{sphinx.engine_name()} aligner",
        model=sphinx.MODEL,
        language=None,
        reliability=certainty,
        timing=_timing(text, placed),
        source=source["kind"],
        warnings=[] if placed else [_mismatch(fit)],
    )


def _timing(text: Given, placed: bool) -> Any:
    if placed:
        return "aligned"
    timed = text.cues or any(word.start is not None for word in text.words)
    return "caption" if timed else "none"


def _mismatch(fit: float) -> dict[str, Any]:
    return {
        "code": "transcript_mismatch",
        "message": f"Only {fit:.0%} of this text's words can be heard in the recording: "
        "it seems to belong to another one.",
    }


def _recognised(
    job: StageJob, sound: Sound, speech: list[Span], snr_db: float | None, report: Report
) -> Found:
    engines = job["settings"]["engines"]
    choice = engines.get("transcriber") or "auto"
    if choice in {"auto", "whisperx"}:
        weights = whisper.installed(engines)
        if weights is not None:
            return whisper.recognise(weights, job["settings"], sound, speech, snr_db, report)
        if choice == "whisperx":
            raise EngineError(
                "no_whisper_model",
                "WhisperX is chosen but none of its models is installed. "
                "Install one with “bin/rostrum models install small”.",
            )
    return _by_pocketsphinx(sound, speech, snr_db, report)


def _by_pocketsphinx(
    sound: Sound, speech: list[Span], snr_db: float | None, report: Report
) -> Found:
    recogniser = sphinx.Recogniser()
    stretches = sound.stretches(speech)
    words: list[WordRecord] = []
    for number, span in enumerate(stretches):
        heard = recogniser.hear(sound.clear(span["start"], span["end"], by_default=True))
        fresh = [
            WordRecord(
                text=_cased(item.word),
                start=round(span["start"] + item.start, 3),
                end=round(span["start"] + item.end, 3),
                confidence=round(item.probability, 3),
                speaker=None,
            )
            for item in heard
        ]
        words += fresh
        report(min(0.99, (number + 1) / len(stretches)), words=fresh)
    mean = sum(word["confidence"] or 0.0 for word in words) / max(1, len(words))
    return Found(
        words=words,
        engine=sphinx.engine_name(),
        model=sphinx.MODEL,
        language="en",
        reliability=reliability(POCKETSPHINX, mean, snr_db),
        timing="recognised",
        source="machine",
        warnings=[],
    )


def _cased(word: str) -> str:
    return word.capitalize() if word == "i" or word.startswith("i'") else word
