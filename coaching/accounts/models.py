"""People who sign in."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.privacy import Privacy


def validate_time_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(_("“%(value)s” is not a known time zone."), params={"value": value})


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class Theme(models.TextChoices):
    SYSTEM = "system", _("As the device")
    LIGHT = "light", _("Paper")
    DARK = "dark", _("Night")


class User(AbstractBaseUser, PermissionsMixin):
    """Signs in by e-mail. A guest tries the product before signing up and has no usable e-mail."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=150, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    theme = models.CharField(_("theme"), max_length=8, choices=Theme, default=Theme.SYSTEM)
    is_guest = models.BooleanField(_("guest"), default=False, editable=False)
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    erase_at = models.DateTimeField(_("to be erased"), null=True, blank=True, editable=False)
    """Set when the person asks for it; until then they may change their mind."""

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()
    privacy = Privacy(owner="pk")

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_email_ci",
                violation_error_message=_("There is an account with this e-mail address already."),
            )
        ]
        # the sweep looks for accounts whose time has come
        indexes = [
            models.Index(
                fields=["erase_at"], condition=Q(erase_at__isnull=False), name="accounts_erase"
            )
        ]

    def __str__(self) -> str:
        return self._called(self.email)

    def get_full_name(self) -> str:
        return self._called(self.email.partition("@")[0])

    def _called(self, address: str) -> str:
        if self.is_guest and not self.name:
            return gettext("Guest %(number)s") % {"number": str(self.pk)[:8]}
        return self.name or address

    def get_short_name(self) -> str:
        return self.get_full_name().split(" ")[0]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class ApiToken(models.Model):
    """Lets a program act as its owner over the API. Its key is shown once; the hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        User, models.CASCADE, related_name="api_tokens", verbose_name=_("user")
    )
    name = models.CharField(_("name"), max_length=60)
    start = models.CharField(_("begins with"), max_length=16)
    """So that a key found somewhere can be told from the others."""
    digest = models.CharField(max_length=64, unique=True, editable=False)
    """SHA-256 of the key, which is random enough to need no salt."""
    created = models.DateTimeField(_("made"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    privacy = Privacy(owner="user", export=False)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"],
                name="accounts_token_name",
                violation_error_message=_("You have a token of this name. Choose another name."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.start}…"

    @property
    def is_over(self) -> bool:
        return self.expires_at <= timezone.now()
