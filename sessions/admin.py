"""Practice sessions in the admin: looked at and helped with; media are never shown here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sessions import services
from sessions.models import Grant, GrantUse, Part, Recording, Session, Take, Upload
from sessions.selectors import record_uses


class Watched(admin.ModelAdmin):
    """Written by services alone: the admin looks."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PartInline(admin.TabularInline):
    model = Part
    extra = 0


class RecordingInline(admin.TabularInline):
    model = Recording
    extra = 0
    can_delete = False
    fields = readonly_fields = ("role", "filename", "content_type", "size_bytes", "checked_at")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Session)
class SessionAdmin(admin.ModelAdmin):
    list_display = ("title", "owner", "kind", "state", "score", "created", "deleted_at")
    list_filter = ("state", "kind", "is_sample", "is_drill", "created")
    list_select_related = ("owner",)
    search_fields = ("title", "owner__email", "id")
    date_hierarchy = "created"
    ordering = ("-created",)
    readonly_fields = (
        "owner", "state", "score", "duration_s", "created", "updated", "deleted_at",
    )  # fmt: skip
    exclude = ("notes", "job_description")
    """What people write for themselves is not the operator's to read."""
    inlines = (PartInline, RecordingInline)
    actions = ("delete_with_undo", "restore")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Session | None:
        """What an operator looks at, its owner can find out."""
        found = super().get_object(request, object_id, from_field)
        if found is not None and request.method == "GET":
            record_uses(request.user, [found], what="looked at it in the administration")
        return found

    def delete_model(self, request: HttpRequest, obj: Session) -> None:
        services.purge_session(session=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        for session in queryset:
            services.purge_session(session=session)

    @admin.action(description=_("Delete, with ten minutes to undo"))
    def delete_with_undo(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        for session in queryset:
            services.delete_session(session=session)

    @admin.action(description=_("Restore what was just deleted"))
    def restore(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        for session in queryset:
            services.restore_session(session=session)


@admin.register(Recording)
class RecordingAdmin(Watched):
    list_display = ("filename", "session", "role", "content_type", "size_bytes", "checked_at")
    list_filter = ("role", "content_type")
    list_select_related = ("session",)
    search_fields = ("filename", "session__title", "session__owner__email")


@admin.register(Upload)
class UploadAdmin(Watched):
    list_display = ("__str__", "owner", "state", "offset", "length", "refusal", "expires_at")
    list_filter = ("state", "concat")
    list_select_related = ("owner",)
    search_fields = ("owner__email", "id")


@admin.register(Take)
class TakeAdmin(Watched):
    """What was said (captions, note) is not the operator's to read."""

    list_display = ("session", "state", "started", "sent")
    list_filter = ("state",)
    list_select_related = ("session",)
    search_fields = ("session__title", "session__owner__email")
    exclude = ("captions", "marks", "note")


@admin.register(Grant)
class GrantAdmin(Watched):
    list_display = ("__str__", "session", "reason", "created", "expires_at", "revoked_at")
    list_filter = ("scope",)
    list_select_related = ("owner", "to_user", "to_group", "session")
    search_fields = ("owner__email", "to_user__email", "reason")
    exclude = ("to_link",)
    """Who knows the link may look."""
    actions = ("revoke",)

    @admin.action(description=_("Revoke"), permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Grant]) -> None:
        for grant in queryset:
            services.revoke(grant=grant)


@admin.register(GrantUse)
class GrantUseAdmin(Watched):
    list_display = ("at", "user", "what", "owner", "session", "grant")
    list_select_related = ("user", "owner", "session", "grant__owner", "grant__to_user")
    search_fields = ("user__email", "owner__email")
    date_hierarchy = "at"
