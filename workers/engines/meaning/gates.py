"""What may be said of the content at all, and why not."""

from __future__ import annotations

from typing import Any

from workers.engines.asr.language import is_english, of_text
from workers.engines.meaning.lexicon import words
from workers.engines.meaning.lines import Line, word_count
from workers.engines.types import StageSettings, Withheld, why_unsure

FEW, SOME = 10, 50
"""Words a measure needs: a single reading of one answer (FEW), or a rate or share (SOME)."""
_ENGLISH_SHARE = 0.22
"""Share of English function words under which a text is not English; English has about half."""
_TELLING = 30
"""Words from which that share tells it: one English sentence in twenty has fewer in ten words."""

MESSAGES = {
    "no_words": "No words were heard in this recording.",
    "transcript_uncertain": "The words were not heard clearly enough to judge what was said. "
    "Attach or correct the transcript, or install a speech model.",
    "transcript_mismatch": "The attached text belongs to another recording, so nothing was read "
    "into it. Attach the text that was spoken here.",
    "language_unsupported": "What was said can be judged in English only so far.",
    "too_few_words": "There are too few words to judge this: it needs at least {least}.",
    "no_question": "No question or topic was given to compare the answer with.",
    "no_story": "The answer tells no story, so there is no situation, task, action and result.",
    "no_job_description": "No job description was given.",
    "nothing_to_count": "Nothing in the answer says who did what.",
    "too_few_parts": "Too little of what makes up this measure could be measured.",
    "no_times": "The words have no times.",
    "model_missing": "The language model that reads meaning is not installed on this machine.",
}

MEASURES = (
    "star/completeness",
    "star/balance",
    "relevance",
    "job_description/coverage",
    "specificity/value",
    "ownership/value",
    "sentiment/label",
    "sentiment/value",
    "confidence/value",
    "opening/value",
    "close/value",
    "signposting/per_100_words",
    "conciseness/value",
    "summary",
    "profanity/count",
)
"""Every measurement of the section, as a path below it."""


def withheld(path: str, code: str, least: int = SOME) -> Withheld:
    """The reason why `/content/<path>` is null."""
    message = MESSAGES[code].format(least=least)
    return {"path": f"/content/{path}", "code": code, "message": message}


def closed(transcript: dict[str, Any], settings: StageSettings, lines: list[Line]) -> str | None:
    """The reason why nothing can be read from this transcript, or None."""
    if not lines:
        return "no_words"
    if (doubt := why_unsure(transcript)) is not None:
        return doubt
    if not _in_english(transcript.get("language") or settings["language"], lines):
        return "language_unsupported"
    return "too_few_words" if word_count(lines) < FEW else None


def _in_english(language: str | None, lines: list[Line]) -> bool:
    """By what was declared or recognised, and by the words: few of them must be surely foreign."""
    code = (language or "auto").lower()
    if code not in {"auto", "und"} and not is_english(code):
        return False
    spoken = [token for line in lines for token in line.tokens]
    if len(spoken) < _TELLING:
        return (of_text(spoken) or "en") == "en"
    known = words("english_function_words")
    return sum(token in known for token in spoken) / len(spoken) >= _ENGLISH_SHARE


def completed(section: dict[str, Any], reasons: list[Withheld]) -> list[Withheld]:
    """The reasons, and one for each other null beside them: that of the measure it belongs to,
    or that the words have no times."""
    known = {reason["path"]: reason["code"] for reason in reasons}
    groups = {name: value for name, value in section.items() if isinstance(value, dict)}
    groups |= {f"answers/{n}": answer for n, answer in enumerate(section["answers"])}
    found = list(reasons)
    for group, leaves in groups.items():
        siblings = [code for path, code in known.items() if path.startswith(f"/content/{group}/")]
        for name, value in leaves.items():
            if value is not None or f"/content/{group}/{name}" in known:
                continue
            timed = name in {"start", "end"} and leaves.get("text", leaves.get("words")) is not None
            code = "no_times" if timed or not siblings else siblings[0]
            found.append(withheld(f"{group}/{name}", code))
    return found


def empty() -> dict[str, Any]:
    """The section with nothing measured."""
    return {
        "star": {"sentences": [], "completeness": None, "balance": None, "elements": []},
        "answers": [],
        "relevance": None,
        "job_description": {"coverage": None, "found": [], "missed": []},
        "specificity": {"value": None, "items": []},
        "ownership": {"value": None, "items": []},
        "sentiment": {"label": None, "value": None, "series": []},
        "confidence": {"value": None, "parts": [], "missing": []},
        "opening": {"value": None, "kind": None, "text": None, "start": None, "end": None},
        "close": {"value": None, "kind": None, "text": None, "start": None, "end": None},
        "signposting": {"count": None, "per_100_words": None, "kinds": [], "items": []},
        "conciseness": {"value": None, "padding": None, "repeated": None, "items": []},
        "summary": None,
        "profanity": {"count": None, "items": []},
        "words": 0,
    }
