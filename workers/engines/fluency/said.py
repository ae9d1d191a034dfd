"""How the words were said: rising and fading sentence ends, and emphasised words.

These need words with times and what prosody heard in them, so they are measured here and not in
the stage that listens to the sound alone.
"""

from __future__ import annotations

from typing import Any

from workers.engines.fluency import emphasis, trailing, uptalk
from workers.engines.fluency.inputs import Sound, Text
from workers.engines.fluency.sections import Withholding

_KEYS = {
    "uptalk": ("count", "ratio", "statements"),
    "trailing_off": ("count", "ratio", "sentences"),
    "emphasis": ("count", "per_100_words"),
}


def said_sections(text: Text, sound: Sound | None, withholding: Withholding) -> dict[str, Any]:
    """The sections `uptalk`, `trailing_off` and `emphasis`."""
    code = withholding.of_sound or withholding.of_words
    if code is None and not text.timed:
        code = "no_word_times"
    unmarked = code or withholding.of_marks
    voice, level = (sound.voice, sound.level) if sound else (None, None)
    found: dict[str, dict[str, Any] | None] = dict.fromkeys(_KEYS)
    reasons = {"uptalk": unmarked, "trailing_off": unmarked, "emphasis": code}
    if unmarked is None and voice is not None:
        found["uptalk"] = uptalk.measure(text.tokens, text.sentences, voice)
        reasons["uptalk"] = "too_few_statements"
    if unmarked is None and level is not None:
        found["trailing_off"] = trailing.measure(text.tokens, text.sentences, level)
        reasons["trailing_off"] = "too_few_statements"
    if code is None and voice is not None and level is not None:
        found["emphasis"] = emphasis.measure(text.tokens, text.sentences, voice, level)
        reasons["emphasis"] = "too_few_timed_words"
    sections = {
        name: found[name] or {**dict.fromkeys(keys), "items": []} for name, keys in _KEYS.items()
    }
    for name, keys in _KEYS.items():
        for key in keys:
            if sections[name][key] is None:
                withholding.add(f"{name}/{key}", reasons[name] or "no_pitch")
    return sections
