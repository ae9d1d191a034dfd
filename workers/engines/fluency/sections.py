"""The parts of the `fluency` section, and why any of it is null."""

from __future__ import annotations

from typing import Any

from workers.engines.fluency import (
    grammar,
    language,
    pauses,
    rates,
    repair_model,
    vocabulary,
)
from workers.engines.fluency.grammar import Checked
from workers.engines.fluency.inputs import Sound, Text
from workers.engines.fluency.timing import Timing, speaking_seconds
from workers.engines.timeline import rounded
from workers.engines.types import Withheld

REASONS = {
    "no_sound": "There is text only: nothing that needs time can be measured.",
    "no_speech": "No speech was found in the recording.",
    "no_words": "There is no transcript to measure.",
    "no_word_times": "The words have no times.",
    "too_short": "There are less than 10 seconds of speech.",
    "too_few_words": "There are less than 100 words.",
    "too_few_statements": "There are less than three statements to judge.",
    "too_few_timed_words": "There are less than 30 words with times to compare.",
    "transcript_uncertain": (
        "The transcript is too uncertain for this. Attach or correct it, or install a model."
    ),
    "transcript_mismatch": (
        "The attached text belongs to another recording. Attach the text that was spoken here."
    ),
    "language_unsupported": "Words can be judged in English only so far.",
    "no_punctuation": "The transcript does not mark sentences.",
    "none_found": "There was none to measure.",
    "no_pitch": "Pitch and loudness were not measured.",
    "weights_unreadable": "The model that finds these cannot be read on this machine.",
    "grammar_checker_absent": "The grammar checker could not run on this machine.",
}


class Withholding:
    """Collects what is null and why; knows the reasons that follow from the inputs."""

    def __init__(self, text: Text, sound: Sound | None, timing: Timing) -> None:
        self.entries: list[Withheld] = []
        self._text, self._sound, self._timing = text, sound, timing

    def add(self, path: str, code: str) -> None:
        self.entries.append({"path": f"/fluency/{path}", "code": code, "message": REASONS[code]})

    @property
    def silent(self) -> bool:
        """Sound without any speech in it."""
        return self._sound is not None and not self._timing.spans and not self._text.tokens

    @property
    def of_words(self) -> str | None:
        """Why exact words cannot be measured; None where they can."""
        if self._text.sure:
            return None
        if self.silent:
            return "no_speech"
        return (self._text.doubt or "transcript_uncertain") if self._text.tokens else "no_words"

    @property
    def of_marks(self) -> str | None:
        """Why nothing can be said of sentences."""
        return None if self._text.punctuated else "no_punctuation"

    @property
    def of_rates(self) -> str | None:
        """Why nothing can be put over time; None where it can."""
        if self._sound is None:
            return "no_sound"
        if self.silent:
            return "no_speech"
        if not self._timing.spans:
            return "no_word_times"
        return "too_short" if speaking_seconds(self._timing) is None else None

    @property
    def of_sound(self) -> str | None:
        """Why what is heard has no count."""
        if self._sound is None:
            return "no_sound"
        return "no_speech" if self.silent else None


def rate_section(text: Text, timing: Timing, withholding: Withholding) -> dict[str, Any]:
    found, timed = timing.rates, withholding.of_sound is None
    section: dict[str, Any] = {
        "words_per_minute": found.words_per_minute,
        "words_per_minute_overall": found.words_per_minute_overall,
        "pace_variation": (
            rates.pace_variation(timing.pace)
            if timing.pace is not None and found.words_per_minute is not None
            else None
        ),
        "articulation_rate_syllables_per_s": found.articulation_rate,
        "words": found.words if text.tokens and timing.words_agree else None,
        "syllables": found.syllables if text.tokens or timed else None,
        "syllables_from": timing.syllables_from,
        "speaking_s": rounded(found.speaking_s, 2) if timed else None,
        "phonation_s": rounded(found.phonation_s, 2) if timed else None,
    }
    for key in ("words_per_minute", "words_per_minute_overall", "pace_variation"):
        if section[key] is None:
            withholding.add(key, withholding.of_rates or withholding.of_words or "too_short")
    if found.articulation_rate is None:
        code = withholding.of_rates or withholding.of_words or "no_words"
        withholding.add("articulation_rate_syllables_per_s", code)
    for key in ("words", "syllables"):
        if section[key] is None:
            withholding.add(key, withholding.of_words or "no_words")
    for key in ("speaking_s", "phonation_s"):
        if section[key] is None:
            withholding.add(key, withholding.of_sound or "no_speech")
    return section


def filler_section(text: Text, timing: Timing, withholding: Withholding) -> dict[str, Any]:
    """`basis` says what `count` holds: words, sound or both."""
    by_word, by_sound = timing.word_fillers, timing.sound_fillers
    if withholding.silent:
        by_word = by_sound = None
    items = sorted([*(by_word or []), *(by_sound or [])], key=lambda filler: filler["start"] or 0.0)
    seconds = speaking_seconds(timing)
    measured = by_word is not None or by_sound is not None
    section = {
        "count": len(items) if measured else None,
        "per_minute": rounded(len(items) / seconds * 60, 2) if measured and seconds else None,
        "word_count": len(by_word) if by_word is not None else None,
        "sound_count": len(by_sound) if by_sound is not None else None,
        "basis": [
            name for name, found in (("word", by_word), ("sound", by_sound)) if found is not None
        ],
        "items": items,
    }
    reasons = {
        "count": withholding.of_words or "no_words",
        "per_minute": withholding.of_rates or withholding.of_words or "no_words",
        "word_count": withholding.of_words or "no_words",
        "sound_count": withholding.of_sound or "no_pitch",
    }
    for key, code in reasons.items():
        if section[key] is None:
            withholding.add(f"fillers/{key}", code)
    return section


def pause_section(timing: Timing, withholding: Withholding) -> dict[str, Any]:
    if timing.pauses is None or withholding.silent:
        keys = ("count", "per_minute", "long_count", "mean_s", "at_boundary_ratio", "total_s",
                "hesitations")  # fmt: skip
        for key in keys:
            withholding.add(f"pauses/{key}", withholding.of_sound or "no_speech")
        return {**dict.fromkeys(keys), "items": []}
    section = pauses.summary(timing.pauses, speaking_seconds(timing))
    if section["per_minute"] is None:
        withholding.add("pauses/per_minute", withholding.of_rates or "too_short")
    if section["mean_s"] is None:
        withholding.add("pauses/mean_s", "none_found")
    if section["at_boundary_ratio"] is None:
        code = withholding.of_words or withholding.of_marks
        withholding.add("pauses/at_boundary_ratio", code or "none_found")
    return section


def language_sections(
    text: Text, timing: Timing, withholding: Withholding, checked: Checked
) -> dict[str, Any]:
    """Everything that reads exact words: lists with counts, vocabulary, readability.

    `checked`: the grammar of `text`, as `check_grammar` gives it.
    """
    found = _word_lists(text, timing) | {"grammar": checked.items} if text.sure else {}
    sections: dict[str, Any] = {}
    per = 100 / timing.rates.words if timing.rates.words else None
    for name in _LISTS:
        items = found.get(name)
        code = withholding.of_words
        if code is None and name in _NEED_MARKS and not text.punctuated:
            items, code = None, "no_punctuation"
        elif code is None and items is None:
            code = "weights_unreadable" if name == "repairs" else "grammar_checker_absent"
        sections[name] = {
            "count": len(items) if items is not None else None,
            "per_100_words": rounded(len(items) * per, 2) if items is not None and per else None,
            "items": items or [],
        }
        if items is None:
            withholding.add(f"{name}/count", code or "no_words")
        if sections[name]["per_100_words"] is None:
            withholding.add(f"{name}/per_100_words", code or "no_words")
    sections["vocabulary"], sections["readability"] = _richness(text, withholding)
    return sections


_LISTS = ("repetitions", "repairs", "hedges", "weak_words", "absolutes", "non_inclusive",
          "long_sentences", "run_ons", "questions", "overused", "grammar",
          "profanity")  # fmt: skip
_NEED_MARKS = {"long_sentences", "run_ons", "grammar"}


def check_grammar(text: Text, timing: Timing, url: str) -> Checked:
    """Only of sure words in marked sentences: anything else would blame the transcriber's work."""
    if not (text.sure and text.punctuated):
        return Checked(None, "")
    return grammar.check(text, timing.marker_ranges, url=url)


def _word_lists(text: Text, timing: Timing) -> dict[str, list[dict[str, Any]] | None]:
    doc = language.read(text.tokens)
    return {
        "repetitions": text.repetitions,
        "repairs": text.repairs if repair_model.known() else None,
        **language.word_lists(text.tokens, text.sentences, doc, timing.marker_ranges),
        "profanity": language.swearing(text.tokens),
        "overused": vocabulary.overused(text.tokens, language.lemmas(doc)),
    }


def _richness(text: Text, withholding: Withholding) -> tuple[dict[str, Any], dict[str, Any]]:
    words = [t.lower for t in text.tokens if not t.filled_pause and not t.fragment]
    lexical = {
        "mtld": rounded(vocabulary.mtld(words), 1) if text.sure else None,
        "types": len(set(words)) if text.sure else None,
        "words": len(words) if text.sure else None,
    }
    readable: dict[str, Any] = {"flesch_reading_ease": None, "flesch_kincaid_grade": None}
    code = withholding.of_words
    if code is None:
        code = "too_few_words" if len(words) < vocabulary.LEAST_WORDS else None
    if code is None and not text.punctuated:
        code = "no_punctuation"
    elif code is None:
        readable = vocabulary.readability(text.tokens, text.sentences)
    for key, value in lexical.items():
        if value is None:
            withholding.add(f"vocabulary/{key}", withholding.of_words or "too_few_words")
    for key, value in readable.items():
        if value is None:
            withholding.add(f"readability/{key}", code or "too_few_words")
    return lexical, readable
