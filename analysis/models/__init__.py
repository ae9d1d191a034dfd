"""What was measured, and what a language model was asked and said."""

from analysis.models.coach import CoachCall, CoachConsent, CoachExchange
from analysis.models.measured import (
    AnalysisRun,
    Artifact,
    DeadLetter,
    Event,
    Feedback,
    Metric,
    Score,
    Sentence,
    StageRun,
    Transcript,
)

__all__ = [
    "AnalysisRun",
    "Artifact",
    "CoachCall",
    "CoachConsent",
    "CoachExchange",
    "DeadLetter",
    "Event",
    "Feedback",
    "Metric",
    "Score",
    "Sentence",
    "StageRun",
    "Transcript",
]
