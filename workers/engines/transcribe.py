"""`transcribe`: words with times, from a given text, WhisperX or PocketSphinx.

Which one: a given text (attached, edited) is always aligned and never recognised over. Else
`engines.transcriber`: `whisperx`, `pocketsphinx`, or `auto`, which is WhisperX where its weights
are in `models_dir`, else the captions of the browser's recogniser where it wrote some, else
PocketSphinx. Whose words they are, a model of voices tells where it is there and the text does not.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from workers.engines.asr import captions, denoise, speakers, sphinx, whisper
from workers.engines.asr import given as given_text
from workers.engines.asr.align import align, realign
from workers.engines.asr.given import Given
from workers.engines.asr.language import is_english, named
from workers.engines.asr.reliability import CAPTIONED, GIVEN, Evidence, from_evidence, reliability
from workers.engines.asr.result import NO_SPEECH, Found, language_of, output, text_only, wordless
from workers.engines.asr.sound import Sound
from workers.engines.asr.vocabulary import expected
from workers.engines.prosody import reverberation
from workers.engines.prosody.cautions import ECHOING_S
from workers.engines.trim import trim_of, words_inside
from workers.engines.types import (
    GATE,
    EngineError,
    Report,
    SourceTranscript,
    Span,
    StageJob,
    StageOutput,
    StageSettings,
)
from workers.engines.types import Word as WordRecord

_NEEDS_WHISPER = (
    "{} cannot be written down on this machine. Attach the text that was spoken, or install a "
    "model with “bin/rostrum models install small”."
)
_UNLIKE_ENGLISH = {
    "code": "not_english",
    "message": "This is clearly recorded, but hardly a word of it fits as English. If you spoke "
    "another language, say which one and analyse again; if it was English, with an accent that the "
    "recogniser here does not know, attach the text. What the sound shows is measured all the "
    "same.",
}
_UNTIMED = {
    "code": "trim_untimed",
    "message": "This text could not be placed in the sound, so what was trimmed away is still in "
    "it.",
}
LEAST_WORDS = 15
"""Recognised, before it is said that they are not English."""
NOT_SPEECH = frozenset({"silent", "only_music", "sound_without_speech"})
HALF = 0.5
"""Of the way, after which captions turned out to be of something else."""
TRUSTED_EDIT = 1.0
"""What a person corrected by hand is right."""


def run(job: StageJob, report: Report) -> StageOutput:
    """The `transcript` section. Without speech the text is null and says why: no failure."""
    source = job["settings"]["transcript"]
    if "audio" not in job["artifacts"]:
        if source is None:
            raise EngineError("no_sound", "There is neither sound nor text to work with.")
        return text_only(given_text.read(source), source, job["settings"])
    section = job["upstream"].get("audio", {})
    speech: list[Span] = section.get("speech") or []
    if source is None and not speech:
        return wordless("no_speech", _what_else(section))
    given = source or captions.instead(job["settings"], speech)
    found = _laid(job, given, report) if given is not None else None
    if found is None:
        if (language := _beyond_us(job["settings"])) is not None:
            return wordless("language_unsupported", _NEEDS_WHISPER.format(named(language)),
                            language=language, speech=speech)  # fmt: skip
        found = _heard(job, report if given is None else _rest_of(report))
    if trim_of(job["settings"]) and any(word["start"] is None for word in found.words):
        found.warnings.append(_UNTIMED)
    written = output(found, job["settings"], speech)
    if told := captions.compared(job["settings"], found.words, found.source):
        written["section"]["captions"] = told
    return written


def _laid(job: StageJob, given: SourceTranscript, report: Report) -> Found | None:
    """A text's words inside the trim; None for captions that are not of this sound. A text is of
    the whole recording, so it is laid over all of its sound."""
    audio = job["artifacts"].get("audio.whole", job["artifacts"]["audio"])
    with Sound(audio, denoise.choice(job["settings"]["engines"])) as sound:
        found = _given(given, job["settings"], sound, _all_speech(job), report)
        return None if found is None else _theirs(found, job, sound)


def _heard(job: StageJob, report: Report) -> Found:
    """What a recogniser makes of what is inside the trim."""
    section = job["upstream"].get("audio", {})
    speech: list[Span] = section.get("speech") or []
    with Sound(job["artifacts"]["audio"], denoise.choice(job["settings"]["engines"])) as sound:
        found = _recognised(job, sound, speech, section.get("signal_to_noise_db"), report)
        return _theirs(found, job, sound)


def _theirs(found: Found, job: StageJob, sound: Sound) -> Found:
    """Its words inside the trim, and whose they are."""
    speech: list[Span] = job["upstream"].get("audio", {}).get("speech") or []
    found.words = words_inside(found.words, trim_of(job["settings"]))
    _tell_apart(found, job["settings"]["engines"], sound, speech)
    return found


def _rest_of(report: Report) -> Report:
    """The second half of a way: progress never falls."""

    def later(ratio: float, *, message: str = "", words: list[WordRecord] | None = None) -> None:
        report(HALF + (1 - HALF) * ratio, message=message, words=words)

    return later


def _all_speech(job: StageJob) -> list[Span]:
    """Of the whole sound, trimmed or not."""
    path = job["artifacts"].get("speech")
    if path is None or "audio.whole" not in job["artifacts"]:
        return job["upstream"].get("audio", {}).get("speech") or []
    return list(json.loads(Path(path).read_text())["whole"])


def _tell_apart(found: Found, engines: dict[str, Any], sound: Sound, speech: list[Span]) -> None:
    """Who says which word, where the text does not say it and a model is here that can tell."""
    folder = speakers.installed(engines)
    known = any(word["speaker"] for word in found.words)
    if folder is None or known or not any(word["start"] is not None for word in found.words):
        return
    try:
        speakers.name_speakers(found.words, folder, engines.get("device"), sound, speech)
    except speakers.Unknown as error:
        found.speakers_unknown = str(error)
    else:
        found.model = f"{found.model}, {folder.name}"


def _what_else(audio: dict[str, Any]) -> str:
    """Why there are no words, as the sound tells it."""
    found = audio.get("warnings") or []
    return next((one["message"] for one in found if one["code"] in NOT_SPEECH), NO_SPEECH)


def _beyond_us(settings: StageSettings) -> str | None:
    """The language that was set, where no recogniser here knows it: PocketSphinx hears English."""
    language, engines = settings["language"], settings["engines"]
    if language in {"", "auto"} or is_english(language):
        return None
    if (engines.get("transcriber") or "auto") == "pocketsphinx":
        return language
    return None if whisper.installed(engines) else language


def _given(
    source: SourceTranscript,
    settings: StageSettings,
    sound: Sound,
    speech: list[Span],
    report: Report,
) -> Found | None:
    """None: captions that are not of this sound, which stand in nobody's way."""
    text = given_text.read(source)
    language = language_of([word.text for word in text.words], captions.heard_as(source, settings))
    warnings: list[dict[str, Any]] = []
    certainty: float | None = TRUSTED_EDIT
    by_other = source["kind"] == "captions"
    if source["kind"] == "edited" and any(word.start is not None for word in text.words):
        words, placed = realign(text, sound), True
    else:
        share = HALF if by_other else 1.0
        aligned = align(text, sound, speech, lambda ratio: report(min(0.99, ratio) * share))
        words, placed = aligned.words, aligned.placed
        certainty = reliability(CAPTIONED if by_other else GIVEN, aligned.fit)
        if not placed and language is not None and not is_english(language):
            warnings, certainty = [_unplaced(language)], None
        elif not placed and by_other:
            return None
        elif not placed:
            warnings = [_mismatch(aligned.fit)]
    report(0.99, words=words)
    return Found(
        words=words,
        engine=captions.credited(source, settings, f"{sphinx.engine_name()} aligner"),
        model=sphinx.MODEL,
        language=language,
        reliability=certainty,
        timing=_timing(text, placed),
        source=source["kind"],
        warnings=warnings,
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
        "it seems to belong to another one, so nothing is read into it. Attach the text that was "
        "spoken here, or remove this one to have the recording written down.",
    }


def _unplaced(language: str) -> dict[str, Any]:
    return {
        "code": "language_unaligned",
        "message": f"This text is in {named(language)}: its words cannot be placed in the sound "
        "yet. Pauses, pace and voice are measured in the sound alone.",
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
                "WhisperX is chosen but none of its models is installed. Analyse again with the "
                "best recogniser there is, or install one with “bin/rostrum models install "
                "small”.",
            )
    return _by_pocketsphinx(job["settings"], sound, speech, snr_db, report)


def _by_pocketsphinx(
    settings: StageSettings,
    sound: Sound,
    speech: list[Span],
    snr_db: float | None,
    report: Report,
) -> Found:
    recogniser = sphinx.Recogniser(expected=expected(settings))
    stretches = sound.stretches(speech)
    words: list[WordRecord] = []
    for number, span in enumerate(stretches):
        heard = recogniser.hear(sound.clear(span["start"], span["end"], by_default=True))
        fresh = [
            WordRecord(
                text=sphinx.cased(item.word),
                start=round(span["start"] + item.start, 3),
                end=round(span["start"] + item.end, 3),
                confidence=round(item.probability, 3),
                speaker=None,
            )
            for item in heard
        ]
        words += fresh
        report(min(0.99, (number + 1) / len(stretches)), words=fresh)
    evidence = Evidence.of(words, speech, snr_db)
    certainty = from_evidence(evidence)
    told = is_english(settings["language"])
    unlike = not told and len(words) >= LEAST_WORDS and evidence.is_unlike_english
    if unlike:  # a far voice in a large room fits no words either
        unlike = (reverberation.measure(sound.path, speech, _until(settings)) or 0.0) < ECHOING_S
    return Found(
        words=words,
        engine=sphinx.engine_name(),
        model=sphinx.MODEL,
        language="en" if told or certainty >= GATE else None,
        reliability=certainty,
        timing="recognised",
        source="machine",
        warnings=[_UNLIKE_ENGLISH] if unlike else [],
    )


def _until(settings: StageSettings) -> float | None:
    trim = trim_of(settings)
    return trim["end"] if trim else None
