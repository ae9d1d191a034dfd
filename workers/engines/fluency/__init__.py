"""Fluency: rates, pauses, fillers, repetitions, repairs and the words' quality, by rules.

What depends on exact words is withheld under the text gate; what is measured in the sound still
comes. Text without sound has no times: its time measures are withheld as `no_sound`.
"""

from __future__ import annotations

from typing import Any

from workers.engines import embeddings
from workers.engines.fluency import repair_model
from workers.engines.fluency.grammar import Checked
from workers.engines.fluency.inputs import read_sound, read_text
from workers.engines.fluency.said import said_sections
from workers.engines.fluency.sections import (
    Withholding,
    check_grammar,
    filler_section,
    language_sections,
    pause_section,
    rate_section,
)
from workers.engines.fluency.timing import time_measures
from workers.engines.prosody import own
from workers.engines.timeline import keep_json
from workers.engines.types import OWN_VOICE, EngineError, Report, StageJob, StageOutput

VERSION = "9"


def run(job: StageJob, report: Report) -> StageOutput:
    """Measure the transcript and the sound. Raises EngineError where the run has neither."""
    import spacy

    repairs = repair_model.loaded(job["settings"]["engines"])
    with repair_model.using(repairs.value or {}):
        output = _measured(job, report, spacy.__version__)
    output["model"] = repairs.name
    output["passing"] = output.get("passing", False) or bool(repairs.problem)
    return output


def _measured(job: StageJob, report: Report, spacy_version: str) -> StageOutput:
    text, sound = read_text(job), read_sound(job)
    if sound is None and not text.tokens:
        raise EngineError("nothing_to_measure", "There are neither words nor sound to measure.")
    report(0.3)
    timing = time_measures(text, sound)
    report(0.5)
    checked = check_grammar(text, timing, job["settings"]["engines"].get("grammar_url", ""))
    report(0.8)
    withholding = Withholding(text, sound, timing)
    section: dict[str, Any] = {
        **rate_section(text, timing, withholding),
        "fillers": filler_section(text, timing, withholding),
        "pauses": pause_section(timing, withholding),
        **language_sections(text, timing, withholding, checked),
        **said_sections(text, sound, withholding),
    }
    withheld = withholding.entries
    reads = f"spacy {spacy_version}"
    if text.models_dir and embeddings.has_states(text.models_dir):
        reads = f"{reads}, {embeddings.MODEL}"
    if sound is not None and text.others and job["upstream"].get("prosody"):
        section[OWN_VOICE], missing = own.measure(sound.voice, sound.level, timing.spans)
        withheld = withheld + missing
    report(1.0)
    return {
        "section": section,
        "withheld": withheld,
        "artifacts": [keep_json("series.pace", timing.pace, job["workdir"])] if timing.pace else [],
        "engine": _engine(reads, checked),
        "model": "",
        "passing": bool(checked.reason),
    }


def _engine(reads: str, checked: Checked) -> str:
    """Who measured; where no grammar was checked, why not."""
    rules = f"rostrum fluency rules {VERSION} ({reads})"
    if checked.items is not None:
        return f"{rules}, {checked.engine}"
    return f"{rules}, no grammar: {checked.reason}" if checked.reason else rules
