"""What a practice interview is to be like, what a real one is prepared for, which drills to
list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from drills.models import Drill, PlanSettings, Preparation, PreparedQuestion, Question, SkillWish
from drills.services.answers import LONGEST_TEXT
from drills.services.documents import kind_of
from drills.services.interviews import MOST_QUESTIONS, SAID_CHARS
from sessions.models import Session


def seconds(*values: int) -> list[tuple[int, Any]]:
    return [(value, _span(value)) for value in values]


def _span(value: int) -> Any:
    if not value:
        return _("None")
    if value < 60:
        return ngettext_lazy("%d second", "%d seconds", value) % value
    if value % 60:
        return _("%(minutes)s minutes") % {"minutes": f"{value / 60:.1f}"}
    return ngettext_lazy("%d minute", "%d minutes", value // 60) % (value // 60)


class InterviewForm(forms.Form):
    job_title = forms.CharField(
        label=_("Job"), required=False, max_length=Session._meta.get_field("job_title").max_length
    )
    job_description = forms.CharField(
        label=_("Job description"),
        required=False,
        max_length=Session._meta.get_field("job_description").max_length,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Paste it, and the questions are picked by what it asks for."),
    )
    field = forms.ChoiceField(
        label=_("Field"),
        required=False,
        choices=[("", _("Not decided")), *Question.Field.choices[1:]],
    )
    level = forms.ChoiceField(
        label=_("Level"),
        required=False,
        choices=[("", Question.Level.ANY.label), *Question.Level.choices[1:]],
    )
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of questions"),
        required=False,
        choices=Question.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: a mix of all."),
    )
    count = forms.IntegerField(
        label=_("How many questions"), min_value=1, max_value=MOST_QUESTIONS, initial=4
    )
    preparation_s = forms.TypedChoiceField(
        label=_("Time to prepare each"), coerce=int, choices=seconds(0, 15, 30, 60, 120), initial=15
    )
    answer_s = forms.TypedChoiceField(
        label=_("Time to answer each"), coerce=int, choices=seconds(60, 90, 120, 180, 300),
        initial=120,
    )  # fmt: skip
    follow_ups = forms.BooleanField(
        label=_("Ask a follow-up question after each answer"), required=False, initial=False
    )

    WISHES = ("field", "level", "kinds", "count", "job_description")
    """What decides which questions fit."""
    SETTINGS = ("preparation_s", "answer_s", "follow_ups", "job_title", "job_description")


class FollowUpForm(forms.Form):
    part = forms.UUIDField()
    said = forms.CharField(required=False, max_length=4 * SAID_CHARS)


class PreparationForm(forms.ModelForm):
    """A new one or an edit."""

    document = forms.FileField(
        label=_("Or as a file"),
        required=False,
        allow_empty_file=True,
        help_text=_(
            "A .pdf or .docx of up to 5 MB and 20 pages. Its text is put into the field above."
        ),
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx"}),
    )

    class Meta:
        model = Preparation
        fields = (
            "job_title",
            "company",
            "interview_type",
            "level",
            "interview_on",
            "job_description",
        )
        widgets = {
            "interview_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "job_description": forms.Textarea(attrs={"rows": 8}),
        }
        help_texts = {
            "job_description": _(
                "Paste the advert: the questions are picked by what it asks for, and each says why."
            ),
        }

    def __init__(self, *args: Any, asks: str = "", **kwargs: Any) -> None:
        """`asks`: the language model's host that may be asked for questions, if any."""
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        if asks:
            self.fields["ask_model"] = forms.BooleanField(
                label=_("Ask %(recipient)s for questions too") % {"recipient": asks},
                required=False,
                help_text=_(
                    "Next you see, word for word, what would be sent: the job title, the "
                    "description, type and level, and the questions chosen from the bank. You send "
                    "it there, or leave it."
                ),
            )
        # a page that was opened before a file was read must not put the old description back
        self.fields["job_description"].show_hidden_initial = True
        kinds = [("", _("Not known yet")), *Session.InterviewType.choices]
        self.fields["interview_type"].widget.choices = kinds
        self.fields["level"].widget.choices = [
            ("", Question.Level.ANY.label),
            *Question.Level.choices[1:],
        ]

    def clean_document(self) -> UploadedFile | None:
        file: UploadedFile | None = self.cleaned_data["document"]
        if file is not None:
            kind_of(file)
        return file

    def given(self) -> dict[str, Any]:
        """What the learner said, for the services."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class OwnQuestionForm(forms.ModelForm):
    class Meta:
        model = PreparedQuestion
        fields = ("text",)
        labels = {"text": _("A question of your own")}


class PointsForm(forms.ModelForm):
    class Meta:
        model = PreparedQuestion
        fields = ("points",)
        widgets = {"points": forms.Textarea(attrs={"rows": 4})}
        labels = {"points": _("Points to make")}
        help_texts = {"points": _("A few words a line, for your crib sheet.")}


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Your answer"),
        help_text=_("As you would say it. One to two minutes are 140 to 280 words."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 12}),
    )


class AgreedForm(forms.Form):
    """What is said before a recording of somebody else is used."""

    agreed = forms.BooleanField(
        label=_("I may use this recording"),
        help_text=_(
            "Somebody else is heard in it. In many places they must have agreed to be recorded."
        ),
        error_messages={"required": _("Confirm this first.")},
    )


class InterviewLinkForm(AgreedForm):
    session = forms.ModelChoiceField(
        label=_("Recording"), queryset=Session.objects.none(), empty_label=_("Choose one")
    )
    field_order = ("session", "agreed")

    def __init__(self, *args: Any, sessions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        choice = self.fields["session"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101 - for the type
        known = list(sessions)
        choice.queryset = Session.objects.filter(pk__in=[one.pk for one in known])
        choice.widget.choices = [
            ("", choice.empty_label),
            *((one.pk, f"{one.title} · {date_format(localtime(one.created))}") for one in known),
        ]


class PreparationChoiceForm(AgreedForm):
    preparation = forms.ModelChoiceField(
        label=_("Preparation"),
        queryset=Preparation.objects.none(),
        empty_label=_("Choose one"),
    )
    field_order = ("preparation", "agreed")

    def __init__(self, *args: Any, preparations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        choice = self.fields["preparation"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101 - for the type
        choice.queryset = preparations


class LibraryForm(forms.Form):
    """Which drills to list."""

    q = forms.CharField(label=_("Search"), required=False, max_length=80)
    skill = forms.ChoiceField(
        label=_("Skill"), required=False, choices=[("", _("All skills")), *Drill.Skill.choices]
    )
    level = forms.ChoiceField(
        label=_("Level"), required=False, choices=[("", _("All levels")), *Drill.Level.choices]
    )
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All kinds")), *Drill.Kind.choices]
    )


class GoalForm(forms.ModelForm):
    """The daily goal of a plan."""

    goal = forms.IntegerField(label=_("Goal for a day"), min_value=1, max_value=PlanSettings.MOST)
    unit = forms.ChoiceField(label=_("Counted in"), choices=PlanSettings.Unit.choices)
    rest_days = forms.TypedMultipleChoiceField(
        label=_("Rest days"), required=False, coerce=int, choices=list(WEEKDAYS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A rest day without practice breaks no streak; one with practice counts."),
    )  # fmt: skip
    camera = forms.ChoiceField(
        label=_("Drills that need a camera"), choices=PlanSettings.Camera.choices
    )

    class Meta:
        model = PlanSettings
        fields = ("goal", "unit", "rest_days", "camera")


class WishForm(forms.Form):
    """What the learner sets for one skill of a plan."""

    wish = forms.ChoiceField(label=_("In the plan"), required=False, choices=SkillWish.Wish.choices)
    level = forms.TypedChoiceField(
        label=_("Level"), required=False, coerce=int, empty_value=None,
        choices=[
            ("", _("As the rating says")),
            *((str(level), label) for level, label in Drill.Level.choices),
        ],
    )  # fmt: skip
