"""Fluency: rates, pauses, fillers, repetitions, repairs and the words' quality, by rules.

What depends on exact words is withheld under the text gate; what is measured in the sound still
comes. Text without sound has no times: its time measures are withheld as `no_sound`.
"""

from __future__ import annotations

from typing import Any

from workers.engines.fluency import rates
from workers.engines.fluency.inputs import Sound, Text, read_sound, read_text
from workers.engines.fluency.sections import (
    Withholding,
    filler_section,
    language_sections,
    pause_section,
    rate_section,
)
from workers.engines.fluency.timing import Timing, time_measures
from workers.engines.timeline import keep_json
from workers.engines.types import ArtifactFile, EngineError, Report, StageJob, StageOutput

VERSION = "1"


def run(job: StageJob, report: Report) -> StageOutput:
    """Measure the transcript and the sound. Raises EngineError where the run has neither."""
    import spacy

    text, sound = read_text(job), read_sound(job)
    if sound is None and not text.tokens:
        raise EngineError("nothing_to_measure", "There are neither words nor sound to measure.")
    report(0.3)
    timing = time_measures(text, sound)
    report(0.7)
    withholding = Withholding(text, sound, timing)
    section: dict[str, Any] = {
        **rate_section(text, timing, withholding),
        "fillers": filler_section(text, timing, withholding),
        "pauses": pause_section(timing, withholding),
        **language_sections(text, sound, timing, withholding),
    }
    report(1.0)
    return {
        "section": section,
        "withheld": withholding.entries,
        "artifacts": _artifacts(text, sound, timing, job["workdir"]),
        "engine": f"rostrum fluency rules {VERSION} (spacy {spacy.__version__})",
        "model": "",
    }


def _artifacts(text: Text, sound: Sound | None, timing: Timing, workdir: str) -> list[ArtifactFile]:
    if sound is None or not text.timed:
        return []
    pace = rates.pace(text.timed, timing.spans, sound.envelope.duration_s)
    return [keep_json("series.pace", pace, workdir)]
