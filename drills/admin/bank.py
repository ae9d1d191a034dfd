"""The question bank in the admin. What ships is retired, not deleted: the next update would bring
it back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from drills.models import Question

LONGEST_FOLLOW_UP = 300


class Lines(forms.CharField):
    """A list of short texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 4, "cols": 80})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = [" ".join(line.split()) for line in (super().to_python(value) or "").splitlines()]
        return [line for line in lines if line]

    def validate(self, value: Any) -> None:
        super().validate(value)
        if any(len(line) > LONGEST_FOLLOW_UP for line in value):
            raise forms.ValidationError(
                _("A line may have up to %(most)d characters."),
                params={"most": LONGEST_FOLLOW_UP},
            )

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(data) != (initial or [])


class QuestionForm(forms.ModelForm):
    follow_ups = Lines(label=_("follow-up questions"), help_text=_("One a line."), required=False)

    class Meta:
        model = Question
        fields = ("field", "kind", "level", "text", "why", "good", "follow_ups", "is_active")
        widgets = {
            name: forms.Textarea(attrs={"rows": 2, "cols": 80}) for name in ("text", "why", "good")
        }


@admin.register(Question)
class QuestionAdmin(admin.ModelAdmin):
    form = QuestionForm
    list_display = ("text", "field", "kind", "level", "is_active")
    list_filter = ("field", "kind", "level", "is_active")
    search_fields = ("text", "why", "good")
    actions = ("retire", "bring_back")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.key is None)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.action(description=_("Ask these no more"), permissions=["change"])
    def retire(self, request: HttpRequest, queryset: QuerySet[Question]) -> None:
        queryset.update(is_active=False)

    @admin.action(description=_("Ask these again"), permissions=["change"])
    def bring_back(self, request: HttpRequest, queryset: QuerySet[Question]) -> None:
        queryset.update(is_active=True)
