"""What a learner's plan rests on: ratings, wishes, the daily goal, and what was achieved."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.privacy import NOBODY, Privacy
from drills.models.drills import Attempt, Drill
from drills.rating import VARIANCE, Rating
from sessions.models import Session


def _owner(related: str) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name=related, verbose_name=_("owner")
    )


def weekend() -> list[int]:
    return [5, 6]


class SkillRating(models.Model):
    """A learner's rating in a skill, as drills.rating works it out from every judged attempt."""

    owner = _owner("skill_ratings")
    skill = models.CharField(_("skill"), max_length=16, choices=Drill.Skill)
    start = models.FloatField(_("began at (logits)"), default=0.0)
    start_variance = models.FloatField(_("variance at the start"), default=VARIANCE)
    """What is known before the first attempt: kept, so that a replay begins at the same."""
    value = models.FloatField(_("rating (logits)"), default=0.0)
    variance = models.FloatField(_("variance"), default=VARIANCE)
    count = models.PositiveIntegerField(_("judged attempts"), default=0)
    at = models.DateTimeField(_("last attempt"), null=True, blank=True)
    privacy = Privacy(owner="owner")

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [
            models.UniqueConstraint(fields=["owner", "skill"], name="drills_rating_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_skill_display()}: {self.value:+.2f}"

    @property
    def began(self) -> Rating:
        return Rating(self.start, self.start_variance)

    @property
    def now(self) -> Rating:
        return Rating(self.value, self.variance, self.count, self.at)


class RatingChange(models.Model):
    """What a judged attempt changed; gone with the attempt, and worked out anew with each that is
    judged after another analysis. `difficulty` is the drill's when it was first judged."""

    attempt = models.OneToOneField(
        Attempt, models.CASCADE, primary_key=True, related_name="rating_change"
    )
    owner = _owner("rating_changes")
    skill = models.CharField(_("skill"), max_length=16, choices=Drill.Skill)
    at = models.DateTimeField(_("at"))
    difficulty = models.FloatField(_("difficulty (logits)"))
    points = models.FloatField(_("points (0-1)"))
    expected = models.FloatField(_("expected points (0-1)"), default=0.0)
    before = models.FloatField(_("rating before"), default=0.0)
    after = models.FloatField(_("rating after"), default=0.0)
    privacy = Privacy(owner="owner")

    class Meta:
        verbose_name = _("change of a rating")
        verbose_name_plural = _("changes of ratings")
        # a learner's changes of one skill, in order
        indexes = [models.Index(fields=["owner", "skill", "at"], name="drills_change_replay")]

    def __str__(self) -> str:
        return f"{self.get_skill_display()} {self.before:+.2f} → {self.after:+.2f}"


class DrillRating(models.Model):
    """How hard a drill turned out, from first attempts of all learners (drills.rating)."""

    drill = models.OneToOneField(Drill, models.CASCADE, primary_key=True, related_name="rating")
    version = models.PositiveIntegerField(_("the drill's version"))
    difficulty = models.FloatField(_("difficulty (logits)"))
    attempts = models.PositiveIntegerField(_("first attempts counted"))
    updated = models.DateTimeField(_("updated"), auto_now=True)
    privacy = NOBODY

    class Meta:
        verbose_name = _("difficulty of a drill")
        verbose_name_plural = _("difficulties of drills")

    def __str__(self) -> str:
        return f"{self.drill}: {self.difficulty:+.2f}"


class PlanSettings(models.Model):
    """A learner's daily goal. Nobody needs a row: the defaults are the goal of who set none."""

    class Unit(models.TextChoices):
        DRILLS = "drills", _("drills")
        MINUTES = "minutes", _("minutes")

    class Camera(models.TextChoices):
        AUTO = "auto", _("As in my recordings")
        YES = "yes", _("Yes")
        NO = "no", _("No, sound alone")

    MOST: ClassVar[int] = 120

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="plan_settings",
        verbose_name=_("owner"),
    )  # fmt: skip
    unit = models.CharField(_("counted in"), max_length=8, choices=Unit, default=Unit.DRILLS)
    goal = models.PositiveSmallIntegerField(
        _("daily goal"), default=2, validators=[MinValueValidator(1), MaxValueValidator(MOST)]
    )
    rest_days = models.JSONField(_("rest days"), default=weekend, blank=True)
    """Weekdays, Monday 0."""
    camera = models.CharField(
        _("drills with camera"), max_length=4, choices=Camera, default=Camera.AUTO
    )
    since = models.DateTimeField(_("goal counts from"), null=True, blank=True)
    """When the goal was last changed: days before it were held against another."""
    privacy = Privacy(owner="owner")

    class Meta:
        verbose_name = _("settings of a plan")
        verbose_name_plural = _("settings of plans")

    def __str__(self) -> str:
        return f"{self.goal} {self.get_unit_display()}"


class SkillWish(models.Model):
    """What a learner set for a skill, over what the model says. No row: as the model says."""

    class Wish(models.TextChoices):
        NONE = "", _("As the plan says")
        FOCUS = "focus", _("Focus on it")
        LEAVE_OUT = "leave_out", _("Leave it out")

    owner = _owner("skill_wishes")
    skill = models.CharField(_("skill"), max_length=16, choices=Drill.Skill)
    wish = models.CharField(_("in the plan"), max_length=9, choices=Wish, blank=True)
    level = models.PositiveSmallIntegerField(
        _("level"), choices=Drill.Level, null=True, blank=True
    )  # fmt: skip
    privacy = Privacy(owner="owner")

    class Meta:
        verbose_name = _("wish for a skill")
        verbose_name_plural = _("wishes for skills")
        constraints = [models.UniqueConstraint(fields=["owner", "skill"], name="drills_wish_once")]

    def __str__(self) -> str:
        return f"{self.get_skill_display()}: {self.get_wish_display()}"


class Achievement(models.Model):
    """Something measured that was not reached before. Its recording is the evidence: it goes with
    it, and is withdrawn where another analysis no longer holds it up."""

    class Kind(models.TextChoices):
        BEST = "best", _("Personal best")
        LEVEL_3 = "level_3", _("Demanding drill passed")
        WEEK = "week", _("Seven days of goal")
        BAND = "band", _("Skill raised by a band")
        PRACTICE = "practice", _("Before and after")

    ONCE: ClassVar[frozenset[str]] = frozenset({"level_3", "week", "band", "practice"})
    """Earned once for what they are about; a personal best can be beaten."""

    owner = _owner("achievements")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    about = models.CharField(_("about"), max_length=80, blank=True)
    """A drill's name, a skill (and band), or a kind of talk."""
    session = models.ForeignKey(
        Session, models.CASCADE, related_name="achievements", verbose_name=_("evidence")
    )
    metric = models.CharField(_("measure"), max_length=80, blank=True)
    value = models.FloatField(_("value"))
    previous = models.FloatField(_("best before"), null=True, blank=True)
    earned_at = models.DateTimeField(_("earned"), default=timezone.now)
    privacy = Privacy(owner="owner")

    class Meta:
        verbose_name = _("achievement")
        verbose_name_plural = _("achievements")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "kind", "about", "session"], name="drills_achieved_by"
            ),
            models.UniqueConstraint(
                fields=["owner", "kind", "about"],
                condition=~Q(kind="best"),
                name="drills_achieved_once",
            ),
        ]
        indexes = [models.Index(fields=["owner", "-earned_at"], name="drills_achieved_list")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.about}"
