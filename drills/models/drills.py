"""The drill library, and what learners reach in it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from config.privacy import NOBODY, Privacy
from drills.marks import MELODY_MATCH, measure
from drills.melody import text_of
from sessions.models import Session


class Drill(models.Model):
    """One exercise: what to do, and the measure of the result document that says whether it worked.

    Those that ship come from `drills/library`; an operator may change any of them, retire it, or
    add others.
    """

    class Skill(models.TextChoices):
        """In the order in which the library lists them."""

        PACE = "pace", _("Pace")
        PAUSES = "pauses", _("Pauses")
        FILLERS = "fillers", _("Fillers")
        VOCAL_VARIETY = "vocal_variety", _("Vocal variety")
        LOUDNESS = "loudness", _("Loudness")
        ARTICULATION = "articulation", _("Articulation")
        POSTURE = "posture", _("Posture")
        GESTURES = "gestures", _("Gestures")
        EYE_CONTACT = "eye_contact", _("Facing the camera")
        STRUCTURE = "structure", _("Structure")
        CONCISENESS = "conciseness", _("Conciseness")
        STORYTELLING = "storytelling", _("Storytelling")
        CONFIDENCE = "confidence", _("Confidence")

    class Level(models.IntegerChoices):
        FIRST = 1, _("First steps")
        SECOND = 2, _("Steady")
        THIRD = 3, _("Demanding")

    class Kind(models.TextChoices):
        READ_ALOUD = "read_aloud", _("Read aloud")
        METRONOME = "metronome", _("Metronome pace")
        PAUSE_PLACEMENT = "pause_placement", _("Pause placement")
        TONGUE_TWISTER = "tongue_twister", _("Tongue twister")
        FILLER_FREE = "filler_free", _("Filler-free talk")
        ONE_BREATH = "one_breath", _("One-breath phrasing")
        STAR = "star", _("Answer in STAR")
        HEADLINE = "headline", _("Headline first")
        PITCH = "pitch", _("Pitch")
        MIRROR = "mirror", _("Before the mirror")
        PITCH_VARIETY = "pitch_variety", _("Pitch variety")
        MELODY = "melody", _("Melody to imitate")
        TALK = "talk", _("Talk")

    slug = models.SlugField(_("name in addresses"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=80)
    skill = models.CharField(_("skill"), max_length=16, choices=Skill)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    goal = models.CharField(_("goal"), max_length=300)
    steps = models.JSONField(_("instructions"), default=list)
    """Texts, in order."""
    example = models.CharField(_("example"), max_length=500)
    prompt = models.CharField(_("task"), max_length=300, blank=True)
    text = models.TextField(_("text"), max_length=2000, blank=True)
    melody = models.JSONField(
        _("melody"),
        default=list,
        blank=True,
        help_text=_(
            "A phrase a line, each word as word/seconds/semitones; its words are the text."
        ),
    )
    """Lines, as drills.melody reads them."""
    metric = models.CharField(
        _("measure"), max_length=80, help_text=_("A path of the result document.")
    )
    low = models.FloatField(_("from"), null=True, blank=True)
    high = models.FloatField(_("up to"), null=True, blank=True)
    falloff = models.FloatField(
        _("points end at"), validators=[MinValueValidator(0.001)],
        help_text=_("How far from the mark nothing is left of the points."),
    )  # fmt: skip
    seconds = models.PositiveSmallIntegerField(
        _("length (s)"), validators=[MinValueValidator(20), MaxValueValidator(600)]
    )
    too_low = models.CharField(_("advice under the mark"), max_length=300, blank=True)
    too_high = models.CharField(_("advice over the mark"), max_length=300, blank=True)
    is_active = models.BooleanField(
        _("in use"), default=True, help_text=_("A drill that is not is offered to nobody any more.")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    """Goes up with each change of what it asks."""
    shipped = models.CharField(max_length=64, blank=True, editable=False)
    """Digest of what was last loaded from the files; another one now: somebody changed it."""
    privacy = NOBODY

    class Meta:
        verbose_name = _("drill")
        verbose_name_plural = _("drills")
        ordering: ClassVar[list[str]] = ["skill", "level", "title"]
        constraints = [
            models.CheckConstraint(
                name="drills_drill_mark",
                # each side spelled out: a comparison with null is neither true nor refused
                condition=Q(low__isnull=False, high__isnull=True)
                | Q(low__isnull=True, high__isnull=False)
                | Q(low__isnull=False, high__isnull=False, low__lte=F("high")),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("drills:drill", args=[self.slug])

    def clean(self) -> None:
        if self.metric and measure(self.metric) is None:
            raise ValidationError({"metric": _("The result document has no such measure.")})
        if self.low is None and self.high is None:
            raise ValidationError(_("A drill needs a mark: from, up to, or both."))
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValidationError({"high": _("This is below the other end of the mark.")})
        if self.melody:
            try:
                self.text = text_of(self.melody)
            except ValidationError as error:
                raise ValidationError({"melody": error}) from error
        if bool(self.melody) != (self.metric == MELODY_MATCH):
            raise ValidationError({"melody": _("A melody and its measure go together.")})

    @property
    def needs_picture(self) -> bool:
        return self.metric.startswith("body.")

    @property
    def is_read_aloud(self) -> bool:
        """Whether its text is read once, as it stands."""
        read = {
            self.Kind.READ_ALOUD, self.Kind.METRONOME, self.Kind.PAUSE_PLACEMENT, self.Kind.MELODY,
        }  # fmt: skip
        return bool(self.text) and self.kind in read


class Attempt(models.Model):
    """One recording for a drill, and what it reached. It is deleted with its recording.

    `metric`, `low` and `high` are the mark it was judged by, whatever becomes of the drill's.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Not judged yet")
        JUDGED = "judged", _("Judged")
        UNJUDGED = "unjudged", _("Could not be judged")

    session = models.OneToOneField(
        Session, models.CASCADE, primary_key=True, related_name="attempt", verbose_name=_("session")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="drill_attempts",
        verbose_name=_("owner"),
    )  # fmt: skip
    drill = models.ForeignKey(
        Drill, models.PROTECT, related_name="attempts", verbose_name=_("drill")
    )
    version = models.PositiveIntegerField(_("the drill's version"), default=1)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    metric = models.CharField(_("measure"), max_length=80)
    low = models.FloatField(_("from"), null=True, blank=True)
    high = models.FloatField(_("up to"), null=True, blank=True)
    value = models.FloatField(_("value"), null=True, blank=True)
    passed = models.BooleanField(_("passed"), null=True, blank=True)
    score = models.FloatField(_("points (0-100)"), null=True, blank=True)
    why = models.CharField(_("why not judged"), max_length=400, blank=True)
    reading = models.JSONField(_("reading"), null=True, blank=True)
    """[[kind, text, heard]] by drills.reading; null where nothing was read, or heard surely."""
    imitated = models.JSONField(_("imitated"), null=True, blank=True)
    """The melody as it was then and drills.melody.Imitation; null where none was measured."""
    created = models.DateTimeField(_("created"), auto_now_add=True)
    privacy = Privacy(owner="owner")

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        # a learner's attempts at one drill, the newest first
        indexes = [models.Index(fields=["owner", "drill", "-created"], name="drills_attempt_list")]

    def __str__(self) -> str:
        return f"{self.drill}, {self.created:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("drills:attempt", args=[self.pk])
