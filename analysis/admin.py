"""Runs, stages and what they found, for who keeps the installation going.

Results are read, never typed in: everything here is read-only but the two ways to go on, "try
again" for what failed and "stop" for what should not run.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from analysis.coach.site import the_site
from analysis.models import (
    AnalysisRun,
    Artifact,
    Clip,
    CoachCall,
    CoachConsent,
    CoachExchange,
    DeadLetter,
    Event,
    Feedback,
    Metric,
    Score,
    Sentence,
    StageRun,
    Transcript,
)
from analysis.selectors.coach import months
from analysis.services.clips.asking import ClipRefused, cancel_clip, retry_clip
from analysis.services.runs import NothingToAnalyse, cancel_run, retry_run
from billing.services import QuotaExceeded


class ReadOnly(admin.ModelAdmin):
    """Written by services alone: the admin looks."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class StageInline(admin.TabularInline):
    model = StageRun
    fields = readonly_fields = (
        "name", "state", "attempt", "failures", "elapsed_s", "engine", "claimed_by",
        "error_code", "error_message",
    )  # fmt: skip
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, *_: Any) -> bool:
        return False


@admin.register(AnalysisRun)
class AnalysisRunAdmin(ReadOnly):
    list_display = ("session", "profile", "state", "is_current", "created", "finished_at",
                    "error_code")  # fmt: skip
    list_filter = ("state", "profile", "is_current", "error_code")
    search_fields = ("=id", "=session__id", "session__title", "session__owner__email")
    date_hierarchy = "created"
    ordering = ("-created",)
    list_select_related = ("session",)
    exclude = ("settings",)
    """It holds what somebody said and wrote for themselves."""
    inlines = (StageInline,)
    actions = ("try_again", "stop")

    @admin.action(description=gettext_lazy("Try what failed again"), permissions=["view"])
    def try_again(self, request: HttpRequest, chosen: QuerySet[AnalysisRun]) -> None:
        _retry(self, request, chosen)

    @admin.action(description=gettext_lazy("Stop"), permissions=["view"])
    def stop(self, request: HttpRequest, chosen: QuerySet[AnalysisRun]) -> None:
        for run in chosen:
            cancel_run(run=run)
        self.message_user(request, _("Stopped what had not ended."))


@admin.register(StageRun)
class StageRunAdmin(ReadOnly):
    list_display = ["name", "session", "state", "queue", "attempt", "claimed_by", "lease_until",
                    "elapsed_s", "error_code"]  # fmt: skip
    list_filter = ["state", "name", "queue", "error_code"]
    search_fields = ("=run__id", "run__session__title", "owner__email", "claimed_by")
    list_select_related = ("run__session",)
    exclude = ("result",)
    """What somebody said is seen through a grant (sessions.selectors), never here."""

    @admin.display(description=gettext_lazy("session"))
    def session(self, stage: StageRun) -> SafeString:
        address = reverse("admin:analysis_analysisrun_change", args=[stage.run_id])
        return format_html('<a href="{}">{}</a>', address, stage.run.session)


@admin.register(DeadLetter)
class DeadLetterAdmin(StageRunAdmin):
    """Stages that failed for good: what an operator has to look at."""

    list_display = ["name", "session", "failures", "finished_at", "error_code", "error_message"]
    list_filter = ["name", "error_code", "finished_at"]
    date_hierarchy = "finished_at"
    ordering = ("-finished_at",)
    actions = ("retry",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[StageRun]:
        return super().get_queryset(request).filter(state=StageRun.State.FAILED)

    @admin.action(description=gettext_lazy("Retry"), permissions=["view"])
    def retry(self, request: HttpRequest, chosen: QuerySet[StageRun]) -> None:
        runs = AnalysisRun.objects.filter(pk__in=chosen.values("run_id"))
        _retry(self, request, runs)


def _retry(page: admin.ModelAdmin, request: HttpRequest, runs: QuerySet[AnalysisRun]) -> None:
    begun = 0
    for run in runs:
        try:
            retry_run(run=run)
            begun += 1
        except NothingToAnalyse as error:
            page.message_user(request, f"{run.session}: {error.message}", messages.ERROR)
    said = ngettext("%d run goes on.", "%d runs go on.", begun) % begun
    page.message_user(request, said)


@admin.register(Transcript)
class TranscriptAdmin(ReadOnly):
    list_display = ("session", "version", "kind", "language", "reliability", "timing", "created")
    list_filter = ("kind", "timing", "language")
    search_fields = ("=id", "=session__id", "session__title", "session__owner__email")
    list_select_related = ("session",)
    exclude = ("source_text",)


@admin.register(Artifact)
class ArtifactAdmin(ReadOnly):
    list_display = ("kind", "stage", "content_type", "size_bytes", "key")
    list_filter = ("kind", "stage")
    search_fields = ("=run__id", "key", "=sha256")


@admin.register(Clip)
class ClipAdmin(ReadOnly):
    """Jobs, not content: what was said in a clip is its learner's alone."""

    list_display = ("created", "session", "state", "format", "start", "end", "attempt",
                    "claimed_by", "error_code", "size_bytes", "deleted_at")  # fmt: skip
    list_filter = ("state", "format", "captions", "error_code")
    search_fields = ("=id", "=session__id", "=session__owner__id", "=digest")
    list_select_related = ("session",)
    date_hierarchy = "created"
    exclude = ("words", "result")
    actions = ("stop", "retry")

    @admin.action(description=gettext_lazy("Stop"), permissions=["view"])
    def stop(self, request: HttpRequest, chosen: QuerySet[Clip]) -> None:
        for clip in chosen:
            cancel_clip(clip=clip)

    @admin.action(description=gettext_lazy("Retry"), permissions=["view"])
    def retry(self, request: HttpRequest, chosen: QuerySet[Clip]) -> None:
        for clip in chosen.select_related("session__owner"):
            try:
                retry_clip(clip=clip)
            except (ClipRefused, QuotaExceeded) as error:
                self.message_user(request, f"{clip}: {error.message}", messages.ERROR)


@admin.register(Metric)
class MetricAdmin(ReadOnly):
    list_display = ("path", "value", "run")
    search_fields = ("path", "=run__id")
    list_select_related = ("run",)


@admin.register(Score)
class ScoreAdmin(ReadOnly):
    list_display = ("skill", "value", "weight", "reliability", "version", "run")
    list_filter = ("skill", "version")
    search_fields = ("=run__id",)
    list_select_related = ("run",)


@admin.register(Event)
class EventAdmin(ReadOnly):
    list_display = ("kind", "start", "end", "run")
    list_filter = ("kind",)
    search_fields = ("=run__id",)
    list_select_related = ("run",)
    exclude = ("payload",)


@admin.register(Feedback)
class FeedbackAdmin(ReadOnly):
    list_display = ("kind", "position", "skill", "run")
    list_filter = ("kind", "skill")
    search_fields = ("=run__id",)
    list_select_related = ("run",)
    exclude = ("payload",)


@admin.register(Sentence)
class SentenceAdmin(ReadOnly):
    list_display = ("transcript", "position", "start", "end")
    search_fields = ("=transcript__id",)
    list_select_related = ("transcript",)
    exclude = ("text", "words", "embedding")


@admin.register(CoachCall)
class CoachCallAdmin(ReadOnly):
    """What a language model cost; what was said in a call is its learner's alone."""

    list_display = ("started", "purpose", "recipient", "model", "prompt", "consent", "outcome",
                    "tokens_in", "tokens_out", "cost", "latency_s", "detail")  # fmt: skip
    list_filter = ("purpose", "outcome", "recipient", "model", "prompt", "started")
    search_fields = ("=id", "=session__id", "=owner__id")
    date_hierarchy = "started"
    change_list_template = "admin/analysis/coachcall/change_list.html"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(
            request, {**(extra_context or {}), "months": months(), "site_llm": the_site()}
        )


@admin.register(CoachExchange)
class CoachExchangeAdmin(ReadOnly):
    list_display = ("call", "session", "digest")
    search_fields = ("=call__id", "=session__id", "digest")
    list_select_related = ("call", "session")
    exclude = ("instructions", "data", "response")


@admin.register(CoachConsent)
class CoachConsentAdmin(ReadOnly):
    list_display = ("user", "recipient", "mode", "questions", "follow_ups", "given_at")
    list_filter = ("recipient", "mode", "questions", "follow_ups")
    search_fields = ("=user__id", "user__email")
    list_select_related = ("user",)
