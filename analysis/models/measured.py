"""What was measured: runs, stages, transcripts, and what they found."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pgvector.django import HnswIndex, VectorField

from analysis.graph import PROFILES, QUEUES, STAGES
from config.privacy import Privacy
from sessions.models import Session
from workers.engines.types import EMBEDDING_DIMENSIONS, SKILLS

_OF_SESSION = Privacy(owner="session__owner")
_OF_RUN = Privacy(owner="run__session__owner")


class Transcript(models.Model):
    """An immutable version of what was said. An edit makes a child."""

    class Kind(models.TextChoices):
        MACHINE = "machine", _("Recognised")
        ATTACHED = "attached", _("Attached")
        CAPTIONS = "captions", _("Captions")
        EDITED = "edited", _("Corrected by hand")

    class Origin(models.TextChoices):
        SERVER = "server", _("written here while you recorded")
        BROWSER = "browser", _("written by your browser’s maker while you recorded")
        DEVICE = "browser-device", _("written by your browser on your device while you recorded")

    BY_A_PERSON: ClassVar[frozenset[str]] = frozenset({Kind.ATTACHED, Kind.EDITED})
    """What is never recognised over."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, models.CASCADE, related_name="transcripts")
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True)
    version = models.PositiveIntegerField(_("version"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    source_format = models.CharField(_("format given"), max_length=4, blank=True)
    source_text = models.TextField(_("text as given"), blank=True)
    engine = models.CharField(_("engine"), max_length=120, blank=True)
    model = models.CharField(_("model"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    reliability = models.FloatField(_("reliability"), null=True, blank=True)
    timing = models.CharField(_("timing"), max_length=10, default="none")
    origin = models.CharField(_("written by"), max_length=14, choices=Origin, blank=True)
    """Of captions: which recogniser it was."""
    consented_at = models.DateTimeField(_("agreed to"), null=True, blank=True)
    """When the learner let the browser's maker hear it."""
    created = models.DateTimeField(_("created"), auto_now_add=True)
    privacy = _OF_SESSION

    class Meta:
        verbose_name = _("transcript")
        verbose_name_plural = _("transcripts")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "version"], name="analysis_transcript_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version}"


class AnalysisRun(models.Model):
    """One working through the graph. `revision` grows with every change a page may show."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        PARTIAL = "partial", _("Done, with gaps")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    TERMINAL: ClassVar[frozenset[str]] = frozenset(
        {State.DONE, State.PARTIAL, State.FAILED, State.CANCELLED}
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, models.CASCADE, related_name="runs")
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True)
    transcript = models.ForeignKey(
        Transcript, models.SET_NULL, null=True, blank=True, related_name="runs"
    )
    """The version this run reads (given) or wrote (recognised)."""
    profile = models.CharField(
        _("profile"), max_length=12, choices=[(name, name) for name in PROFILES], default="full"
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    settings = models.JSONField(_("settings"), default=dict)
    """StageSettings as they were when the run was made."""
    revision = models.PositiveBigIntegerField(_("revision"), default=0)
    is_current = models.BooleanField(_("shown on the page"), default=False)
    priority = models.SmallIntegerField(_("priority"), default=0)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    error_code = models.CharField(_("error"), max_length=60, blank=True)
    error_message = models.TextField(_("error message"), blank=True)
    privacy = _OF_SESSION

    class Meta:
        verbose_name = _("analysis run")
        verbose_name_plural = _("analysis runs")
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=Q(is_current=True), name="analysis_one_current_run"
            )
        ]
        indexes = [models.Index(fields=["session", "-created"], name="analysis_run_latest")]

    def __str__(self) -> str:
        return f"{self.profile} {self.created:%Y-%m-%d %H:%M}"

    @property
    def is_settled(self) -> bool:
        return self.state in self.TERMINAL


class StageRun(models.Model):
    """What is to be done, who holds it and until when. The broker only rings.

    `attempt` names the holder: what comes from an older attempt is dropped.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        READY = "ready", _("Next")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        SKIPPED = "skipped", _("Not needed")

    SETTLED: ClassVar[frozenset[str]] = frozenset({State.DONE, State.FAILED, State.SKIPPED})

    run = models.ForeignKey(AnalysisRun, models.CASCADE, related_name="stages")
    name = models.CharField(
        _("stage"), max_length=12, choices=[(n, s.label) for n, s in STAGES.items()]
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    """Of the session: the claim shares fairly between owners without a join."""
    queue = models.CharField(_("queue"), max_length=4, choices=[(q, q) for q in QUEUES])
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    priority = models.SmallIntegerField(_("priority"), default=0)
    ready_at = models.DateTimeField(_("ready since"), null=True, blank=True)
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    attempt = models.PositiveIntegerField(_("attempt"), default=0)
    failures = models.PositiveIntegerField(_("failures"), default=0)
    claimed_by = models.CharField(_("held by"), max_length=120, blank=True)
    lease_until = models.DateTimeField(_("held until"), null=True, blank=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    elapsed_s = models.FloatField(_("took (s)"), null=True, blank=True)
    progress = models.FloatField(_("progress"), default=0)
    message = models.CharField(_("message"), max_length=200, blank=True)
    engine = models.CharField(_("engine"), max_length=120, blank=True)
    model = models.CharField(_("model"), max_length=120, blank=True)
    machine = models.CharField(_("graphics card"), max_length=160, blank=True)
    """Its name, driver and throughput, where one did the work."""
    input_digest = models.CharField(_("digest of the inputs"), max_length=64, blank=True)
    result = models.JSONField(_("result"), null=True, blank=True)
    """The stage's section of the result document."""
    withheld = models.JSONField(_("withheld"), default=list, blank=True)
    error_code = models.CharField(_("error"), max_length=60, blank=True)
    error_message = models.TextField(_("error message"), blank=True)
    error_detail = models.TextField(_("error detail"), blank=True)
    privacy = _OF_RUN

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        constraints = [
            models.UniqueConstraint(fields=["run", "name"], name="analysis_stage_once"),
            models.CheckConstraint(
                name="analysis_lease_while_running",
                condition=Q(state="running", lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_until=None)),
            ),
        ]
        indexes = [
            # workers.claim: the next ready stage of a queue
            models.Index(
                fields=["queue", "-priority", "ready_at"],
                condition=Q(state="ready"),
                name="analysis_claim",
            ),
            # ... and how many an owner has running
            models.Index(
                fields=["owner"], condition=Q(state="running"), name="analysis_fair_share"
            ),
            # the reaper: leases that ran out
            models.Index(
                fields=["lease_until"], condition=Q(state="running"), name="analysis_lease"
            ),
            # reuse of results, and time left learned from past runs
            models.Index(
                fields=["owner", "name", "input_digest"],
                condition=Q(state="done"),
                name="analysis_reuse",
            ),
            models.Index(
                fields=["name", "-finished_at"], condition=Q(state="done"), name="analysis_timing"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DeadLetter(StageRun):
    """A stage that failed for good, as a list of its own in the admin."""

    class Meta:
        proxy = True
        verbose_name = _("dead letter")
        verbose_name_plural = _("dead letters")


class Artifact(models.Model):
    """A file a stage made, in storage under its owner's prefix."""

    run = models.ForeignKey(AnalysisRun, models.CASCADE, related_name="artifacts")
    stage = models.CharField(_("stage"), max_length=12)
    kind = models.CharField(_("kind"), max_length=20)
    key = models.CharField(_("storage key"), max_length=300)
    content_type = models.CharField(_("type"), max_length=60)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size_bytes = models.BigIntegerField(_("size (bytes)"))
    privacy = _OF_RUN

    class Meta:
        verbose_name = _("artifact")
        verbose_name_plural = _("artifacts")
        constraints = [
            models.UniqueConstraint(fields=["run", "kind"], name="analysis_artifact_kind")
        ]

    def __str__(self) -> str:
        return self.kind


class Sentence(models.Model):
    """A sentence of a transcript; `words` as in the result document."""

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="sentences")
    position = models.PositiveIntegerField(_("position"))
    text = models.TextField(_("text"))
    start = models.FloatField(_("start (s)"), null=True)
    end = models.FloatField(_("end (s)"), null=True)
    words = models.JSONField(_("words"), default=list)
    embedding = VectorField(_("embedding"), dimensions=EMBEDDING_DIMENSIONS, null=True, blank=True)
    privacy = Privacy(owner="transcript__session__owner")

    class Meta:
        verbose_name = _("sentence")
        verbose_name_plural = _("sentences")
        ordering: ClassVar[list[str]] = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["transcript", "position"], name="analysis_sentence_position"
            )
        ]
        indexes = [
            HnswIndex(
                name="analysis_sentence_meaning",
                fields=["embedding"],
                opclasses=["vector_cosine_ops"],
                m=16,
                ef_construction=64,
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Event(models.Model):
    """Something that happened at a moment: a pause, a filler, a gesture ..."""

    run = models.ForeignKey(AnalysisRun, models.CASCADE, related_name="events")
    kind = models.CharField(_("kind"), max_length=30)
    start = models.FloatField(_("start (s)"))
    end = models.FloatField(_("end (s)"))
    payload = models.JSONField(_("payload"), default=dict, blank=True)
    privacy = _OF_RUN

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [models.Index(fields=["run", "kind", "start"], name="analysis_event_timeline")]

    def __str__(self) -> str:
        return f"{self.kind} {self.start:.1f}"


class Metric(models.Model):
    """One measured number, by its path in the result document, for trends and comparisons."""

    run = models.ForeignKey(AnalysisRun, models.CASCADE, related_name="metrics")
    path = models.CharField(_("path"), max_length=80)
    value = models.FloatField(_("value"))
    privacy = _OF_RUN

    class Meta:
        verbose_name = _("metric")
        verbose_name_plural = _("metrics")
        constraints = [models.UniqueConstraint(fields=["run", "path"], name="analysis_metric_once")]

    def __str__(self) -> str:
        return f"{self.path} = {self.value:g}"


class Score(models.Model):
    """A skill's score in a run (`overall` too), under a version of the curves."""

    run = models.ForeignKey(AnalysisRun, models.CASCADE, related_name="scores")
    skill = models.CharField(
        _("skill"), max_length=14, choices=[(s, s) for s in (*SKILLS, "overall")]
    )
    value = models.FloatField(_("value"), null=True)
    weight = models.FloatField(_("weight"), default=0)
    reliability = models.FloatField(_("reliability"), null=True)
    version = models.CharField(_("version"), max_length=20)
    privacy = _OF_RUN

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [models.UniqueConstraint(fields=["run", "skill"], name="analysis_score_once")]

    def __str__(self) -> str:
        return f"{self.skill} {self.value}"


class Feedback(models.Model):
    """A recommendation or a highlight of a run, as it stands in the result document."""

    class Kind(models.TextChoices):
        RECOMMENDATION = "recommendation", _("Recommendation")
        HIGHLIGHT = "highlight", _("Highlight")

    run = models.ForeignKey(AnalysisRun, models.CASCADE, related_name="feedback")
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    position = models.PositiveSmallIntegerField(_("position"))
    skill = models.CharField(_("skill"), max_length=14)
    payload = models.JSONField(_("payload"))
    privacy = _OF_RUN

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering: ClassVar[list[str]] = ["kind", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "kind", "position"], name="analysis_feedback_position"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.position}"
