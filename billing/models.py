"""What an account may use, and what it has used."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.privacy import NOBODY, Privacy


class Plan(models.Model):
    """Limits an account works within. Exactly one plan is the default for a new account."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=60)
    storage_bytes = models.BigIntegerField(_("storage (bytes)"))
    minutes_per_month = models.PositiveIntegerField(_("analysed minutes a month"))
    max_upload_bytes = models.BigIntegerField(_("largest upload (bytes)"), default=2 * 1024**3)
    is_default = models.BooleanField(_("for new accounts"), default=False)
    privacy = NOBODY

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=models.Q(is_default=True),
                name="billing_one_default",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Subscription(models.Model):
    """Which plan an account is on."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="subscription",
        verbose_name=_("user"),
    )
    plan = models.ForeignKey(Plan, models.PROTECT, verbose_name=_("plan"))
    since = models.DateTimeField(_("since"), auto_now_add=True)
    privacy = Privacy(owner="user")

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")

    def __str__(self) -> str:
        return str(self.plan)  # whose it is, the admin shows beside it


class Usage(models.Model):
    """One thing that counts against a plan, named by `key` so that it is counted once."""

    class Kind(models.TextChoices):
        STORAGE = "storage", _("Storage (bytes)")
        ANALYSIS = "analysis", _("Analysed seconds")
        AGAIN = "again", _("Analyses started again")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="usage")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    key = models.CharField(_("what for"), max_length=120)
    amount = models.BigIntegerField(_("amount"))
    created = models.DateTimeField(_("created"), auto_now_add=True)
    privacy = Privacy(owner="user")

    class Meta:
        verbose_name = _("usage")
        verbose_name_plural = _("usage")
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "key"], name="billing_usage_once")
        ]
        # billing.selectors.used sums an account's usage of a kind, for a month
        indexes = [models.Index(fields=["user", "kind", "created"], name="billing_usage_sum")]

    def __str__(self) -> str:
        return f"{self.user} {self.kind} {self.amount}"
