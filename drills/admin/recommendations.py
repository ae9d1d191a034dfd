"""Recommendations in the admin: looked at, not written."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from drills.models import Recommendation


@admin.register(Recommendation)
class RecommendationAdmin(admin.ModelAdmin):
    """Looked at, not written; what somebody said in a recording is not shown."""

    list_display = ("id", "owner", "kind", "target", "skill", "code", "state", "practised_at")
    list_filter = ("kind", "state", "skill", "practised_at")
    list_select_related = ("owner",)
    search_fields = ("=id", "owner__email", "target", "code")
    date_hierarchy = "practised_at"
    ordering = ("-practised_at",)
    fields = (
        "id", "owner", "kind", "target", "skill", "code", "measure", "value", "points", "scenario",
        "curves", "state", "snoozed_until", "answered_at", "practised_at", "created",
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
