"""What was measured, what a language model was asked and said, and clips."""

from analysis.models.clips import Clip
from analysis.models.coach import CoachCall, CoachConsent, CoachExchange, Exchange, Purpose
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
    "Clip",
    "CoachCall",
    "CoachConsent",
    "CoachExchange",
    "DeadLetter",
    "Event",
    "Exchange",
    "Feedback",
    "Metric",
    "Purpose",
    "Score",
    "Sentence",
    "StageRun",
    "Transcript",
]
