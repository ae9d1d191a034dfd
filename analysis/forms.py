"""What a person may ask of an analysis."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from analysis.given import MAX_BYTES, TranscriptError, check_size
from analysis.models import Clip, CoachConsent
from analysis.services.clips.asking import Cut
from sessions.models import Session

LANGUAGES = [
    ("auto", _("Find out")), ("en", "English"), ("de", "Deutsch"), ("es", "Español"),
    ("fr", "Français"), ("it", "Italiano"), ("nl", "Nederlands"), ("pl", "Polski"),
    ("pt", "Português"),
]  # fmt: skip
TRANSCRIBERS = [
    ("auto", _("The best one here")),
    ("whisperx", _("WhisperX, where its model is installed")),
    ("pocketsphinx", _("PocketSphinx: rough, English only")),
]


_CLOCK = re.compile(r"(\d{1,3}:){0,2}\d{1,5}([.,]\d{1,3})?")


class ReanalyseForm(forms.Form):
    """Other settings for the same recording."""

    transcriber = forms.ChoiceField(label=_("Recogniser"), choices=TRANSCRIBERS)
    language = forms.ChoiceField(label=_("Language spoken"), choices=LANGUAGES)
    scenario = forms.ChoiceField(label=_("Judge it as"), choices=Session.Kind)

    def settings(self) -> dict[str, Any]:
        chosen = self.cleaned_data
        return {
            "language": chosen["language"],
            "scenario": chosen["scenario"],
            "engines": {"transcriber": chosen["transcriber"]},
        }


class AttachForm(forms.Form):
    """A transcript as a file or as text."""

    file = forms.FileField(
        label=_("Transcript file"),
        required=False,
        help_text=_(".txt, .srt, .vtt or .json, up to 2 MB"),
        widget=forms.FileInput(attrs={"accept": ".txt,.srt,.vtt,.json"}),
    )
    text = forms.CharField(
        label=_("or paste it here"),
        required=False,
        strip=False,
        max_length=MAX_BYTES,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def clean_file(self) -> UploadedFile | None:
        file: UploadedFile | None = self.cleaned_data["file"]
        if file is not None:
            try:
                check_size(file.size or 0)  # before the whole of it is read
            except TranscriptError as error:
                raise forms.ValidationError(error.message) from error
        return file

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not found.get("file") and not (found.get("text") or "").strip() and not self.errors:
            raise forms.ValidationError(_("Choose a transcript file, or paste its text."))
        return found


class EditForm(forms.Form):
    """A corrected transcript, and the version it corrects."""

    base_version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("What was said"),
        strip=False,
        max_length=MAX_BYTES,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "true"}),
    )


class SpeakerForm(forms.Form):
    """Which of several speakers is the learner."""

    speaker = forms.CharField(label=_("Which voice is yours?"), max_length=40)


class ConsentForm(forms.Form):
    """What a language model may be asked for, and when."""

    mode = forms.ChoiceField(
        label=_("May a language model read what you said?"),
        required=False,
        choices=[("", _("No")), *CoachConsent.Mode.choices],
        widget=forms.RadioSelect,
        help_text=_("For coach's notes beside a result."),
    )
    questions = forms.BooleanField(
        label=_("It may suggest questions for a preparation"),
        required=False,
        help_text=_(
            "Sent are the job's title and description, the type and level of the interview, and "
            "the questions that are in the list. You see it first, each time."
        ),
    )
    follow_ups = forms.BooleanField(
        label=_("It may ask follow-up questions in a practice interview"),
        required=False,
        help_text=_(
            "Sent are the question and the last part of your answer as live captions heard it, "
            "right after you gave it. You can read it afterwards."
        ),
    )


class ClockField(forms.Field):
    """A moment as a person reads it off a player: 1:05, 1:02:03 or 65.4, in seconds."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"size": 8, "maxlength": 12, "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int | float):
            return value
        minutes, seconds = divmod(round(value, 1), 60)
        return f"{minutes:.0f}:{seconds:04.1f}"

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        if not _CLOCK.fullmatch(text):
            raise forms.ValidationError(_("Give a time as minutes and seconds, like 1:05."))
        seconds = 0.0
        for part in text.replace(",", ".").split(":"):
            seconds = seconds * 60 + float(part)
        return seconds


class TrimForm(forms.Form):
    """What of a recording counts."""

    start = ClockField(label=_("From"), required=False)
    end = ClockField(label=_("To"), required=False)


class ClipForm(forms.Form):
    """Which part of a recording becomes a clip, and how."""

    start = forms.FloatField(
        label=_("From (seconds)"), min_value=0, widget=forms.NumberInput(attrs={"step": "0.1"})
    )
    end = forms.FloatField(
        label=_("To (seconds)"), min_value=0, widget=forms.NumberInput(attrs={"step": "0.1"})
    )
    title = forms.CharField(label=_("Title"), max_length=120, required=False)
    format = forms.ChoiceField(label=_("Format"), choices=Clip.Format, initial=Clip.Format.WIDE)
    captions = forms.ChoiceField(
        label=_("Captions"), choices=Clip.Captions, initial=Clip.Captions.BURNT
    )
    profanity = forms.ChoiceField(
        label=_("Swear words"), choices=Clip.Profanity, initial=Clip.Profanity.MUTE
    )
    card = forms.BooleanField(label=_("Begin with a title card"), required=False)

    def cut(self) -> Cut:
        return Cut(**self.cleaned_data)
