"""What a learner says about a practice, and how the list is asked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sessions.listing import SORTS
from sessions.models import Session
from sessions.services.practices import TEXT_MAX_CHARS


class PracticeForm(forms.ModelForm):
    """New and edit. Fields of interviews show for interviews alone (by CSS, without script)."""

    class Meta:
        model = Session
        fields = (
            "kind",
            "title",
            "question",
            "company",
            "job_title",
            "interview_type",
            "job_description",
            "notes",
        )
        widgets = {
            "kind": forms.RadioSelect,
            "question": forms.Textarea(attrs={"rows": 3}),
            "job_description": forms.Textarea(attrs={"rows": 5}),
            "notes": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "title": _("What you will call it in your list."),
            "question": _(
                "The question you answer, or what you speak about: relevance is measured by it."
            ),
            "job_description": _("Paste it; the analysis says which of its demands you covered."),
            "notes": _("For yourself. Nobody else sees them."),
        }
        labels = {"kind": _("What are you practising?")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["title"].widget.attrs["placeholder"] = _("Second-round interview")
        kinds = [("", _("Not known yet")), *Session.InterviewType.choices]
        self.fields["interview_type"].widget.choices = kinds


class TitleForm(forms.ModelForm):
    class Meta:
        model = Session
        fields = ("title",)


class TextForm(forms.Form):
    text = forms.CharField(
        label=_("Your text"),
        help_text=_(
            "What you would say, word for word. Structure and content are analysed; voice is not."
        ),
        max_length=TEXT_MAX_CHARS,
        widget=forms.Textarea(attrs={"rows": 10}),
    )


class FilterForm(forms.Form):
    """The list's search, filters and order. What cannot be understood is left out, not an error."""

    q = forms.CharField(label=_("Search"), required=False, max_length=200)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All kinds")), *Session.Kind.choices]
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All states")), *Session.State.choices]
    )
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[(name, sort.label) for name, sort in SORTS.items()],
    )
