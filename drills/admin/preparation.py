"""Preparations in the admin: looked at, not written."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from drills.models import Comparison, Preparation, PreparedQuestion


class PreparedQuestionInline(admin.TabularInline):
    model = PreparedQuestion
    fields = readonly_fields = (
        "position", "source", "question", "is_pinned", "is_ready", "deleted_at",
    )  # fmt: skip
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ComparisonInline(admin.TabularInline):
    """Without corrections and what was found, which hold what people said."""

    model = Comparison
    fields = readonly_fields = ("session_id", "state", "attempt", "error_code", "created")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comparison]:
        return super().get_queryset(request).defer("result", "corrections")


@admin.register(Preparation)
class PreparationAdmin(admin.ModelAdmin):
    """Looked at, not written; what people write for themselves is not the operator's to read."""

    list_display = ("id", "owner", "state", "interview_type", "interview_on", "created")
    list_filter = ("state", "interview_type", "created")
    list_select_related = ("owner",)
    search_fields = ("=id", "owner__email")
    date_hierarchy = "created"
    ordering = ("-created",)
    fields = (
        "id", "owner", "state", "interview_type", "level", "interview_on", "created", "deleted_at",
    )  # fmt: skip
    inlines = (PreparedQuestionInline, ComparisonInline)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
