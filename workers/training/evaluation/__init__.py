"""The evaluation harness: labelled cases in, figures out (docs/evaluation.md).

A suite is a module of workers.training.suites with `evaluate(part) -> Report`, listed here. Suites
are pure: no Django, no database, no settings. `bin/rostrum evaluate` runs and shows them.
"""

from __future__ import annotations

from importlib import import_module

from workers.training.evaluation.types import Part, Report

SUITES: dict[str, str] = {
    "body": "workers.training.suites.body:evaluate",
    "clarity": "workers.training.suites.clarity:evaluate",
    "clauses": "workers.training.suites.clauses:evaluate",
    "delivery": "workers.training.suites.delivery:evaluate",
    "disfluency": "workers.training.suites.disfluency:evaluate",
    "fillers": "workers.training.suites.fillers:evaluate",
    "gesture": "workers.training.suites.gesture:evaluate",
    "grammar": "workers.training.suites.grammar:evaluate",
    "highlights": "workers.training.suites.highlights:evaluate",
    "job_match": "workers.training.suites.job_match:evaluate",
    "loudness": "workers.training.suites.loudness:evaluate",
    "opensmile": "workers.training.suites.opensmile:evaluate",
    "pairs": "workers.training.suites.pairs:evaluate",
    "pauses": "workers.training.suites.pauses:evaluate",
    "pitch": "workers.training.suites.pitch:evaluate",
    "posture": "workers.training.suites.posture:evaluate",
    "prep_actual": "workers.training.suites.prep_actual:evaluate",
    "profanity": "workers.training.suites.profanity:evaluate",
    "rates": "workers.training.suites.rates:evaluate",
    "recognition": "workers.training.suites.recognition:evaluate",
    "relevance": "workers.training.suites.relevance:evaluate",
    "room": "workers.training.suites.room:evaluate",
    "sentiment": "workers.training.suites.sentiment:evaluate",
    "signposts": "workers.training.suites.signposts:evaluate",
    "sound_fillers": "workers.training.suites.sound_fillers:evaluate",
    "speakers": "workers.training.suites.speakers:evaluate",
    "star": "workers.training.suites.star:evaluate",
    "summary": "workers.training.suites.summary:evaluate",
    "syllables": "workers.training.suites.syllables:evaluate",
    "wording": "workers.training.suites.wording:evaluate",
}
"""Name -> `module:function`; imported only when it runs, since most load engines."""


def run(name: str, part: Part) -> Report:
    """Evaluate one suite. Raises KeyError for an unknown one, Unavailable where it cannot run."""
    module, function = SUITES[name].split(":")
    report: Report = getattr(import_module(module), function)(part)
    if (report.suite, report.part) != (name, part):
        raise ValueError(f"{name} reports as {report.suite}, {report.part}")
    return report
