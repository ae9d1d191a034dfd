"""The drill library in the admin. What ships is retired, not deleted: the next update would bring
it back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from drills.admin.bank import Lines
from drills.marks import mark_in_words, measures
from drills.models import Attempt, Drill
from drills.services import import_drills, save_drill
from drills.services.library import LARGEST_IMPORT

_LONG = ("goal", "example", "prompt", "text", "too_low", "too_high")


class DrillForm(forms.ModelForm):
    steps = Lines(label=gettext_lazy("instructions"), help_text=gettext_lazy("One step a line."))
    melody = Lines(
        label=gettext_lazy("melody"), required=False,
        help_text=gettext_lazy("A phrase a line, each word as word/seconds/semitones."),
    )  # fmt: skip
    metric = forms.ChoiceField(label=gettext_lazy("measure"), choices=measures)

    class Meta:
        model = Drill
        fields = (
            "slug", "title", "skill", "level", "kind", "goal", "steps", "example", "prompt",
            "text", "melody", "metric", "low", "high", "falloff", "seconds", "too_low", "too_high",
            "is_active",
        )  # fmt: skip
        widgets = {name: forms.Textarea(attrs={"rows": 2, "cols": 80}) for name in _LONG}


class ImportForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("TOML, a table for each drill, as in drills/library, with `skill`."),
    )

    def clean_file(self) -> str:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_IMPORT:
            raise ValidationError(_("This file is too large for drills."))
        try:
            return str(file.read().decode())
        except UnicodeDecodeError as error:
            raise ValidationError(_("This is no text in UTF-8.")) from error


@admin.register(Drill)
class DrillAdmin(admin.ModelAdmin):
    form = DrillForm
    list_display = ("title", "skill", "level", "kind", "mark", "is_active", "version")
    list_filter = ("skill", "level", "kind", "is_active")
    search_fields = ("title", "slug", "goal", "prompt", "text")
    actions = ("retire", "bring_back")
    change_list_template = "admin/drills/drill/change_list.html"

    @admin.display(description=gettext_lazy("mark"))
    def mark(self, drill: Drill) -> str:
        return mark_in_words(drill.metric, drill.low, drill.high)

    def save_model(self, request: HttpRequest, obj: Drill, form: Any, change: bool) -> None:
        save_drill(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not obj.shipped)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.action(description=gettext_lazy("Offer these no more"), permissions=["change"])
    def retire(self, request: HttpRequest, queryset: QuerySet[Drill]) -> None:
        queryset.update(is_active=False)

    @admin.action(description=gettext_lazy("Offer these again"), permissions=["change"])
    def bring_back(self, request: HttpRequest, queryset: QuerySet[Drill]) -> None:
        queryset.update(is_active=True)

    def get_urls(self) -> list[URLPattern]:
        wrapped = self.admin_site.admin_view(self.import_file)
        return [path("import/", wrapped, name="drills_drill_import"), *super().get_urls()]

    def import_file(self, request: HttpRequest) -> HttpResponse:
        """Drills from a file: all of them, or none and what is wrong."""
        if not (self.has_add_permission(request) and self.has_change_permission(request)):
            raise PermissionDenied
        form = ImportForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                n = import_drills(form.cleaned_data["file"])
            except ValidationError as refusal:
                form.add_error("file", refusal)
            else:
                told = ngettext("%d drill was taken in.", "%d drills were taken in.", n) % n
                messages.success(request, told)
                return redirect(reverse("admin:drills_drill_changelist"))
        context = {**self.admin_site.each_context(request), "form": form, "opts": Drill._meta,
                   "title": _("Import drills")}  # fmt: skip
        status = 422 if form.errors else 200
        return render(request, "admin/drills/drill/import.html", context, status=status)


@admin.register(Attempt)
class AttemptAdmin(admin.ModelAdmin):
    """To look at only: figures, and neither recordings nor words."""

    list_display = ("drill", "owner", "state", "value", "passed", "score", "created")
    list_filter = ("state", "passed", "drill__skill")
    list_select_related = ("drill", "owner")
    fields = ("drill", "owner", "version", "state", "metric", "low", "high", "value", "passed",
              "score", "why", "created")  # fmt: skip
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
