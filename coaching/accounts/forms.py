"""Forms of the account pages; allauth's own sign-up learns the browser's time zone."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from allauth.account import forms as allauth_forms
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coaching.accounts.models import User
from coaching.accounts.services import known_zone


def time_zone_choices() -> list[tuple[str, str]]:
    """Places people recognise, without the abbreviations of old."""
    places = (name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in sorted(places))]


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        required=False,
        help_text=_("How Rostrum and your coaches address you."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zone_choices,
        help_text=_("Your days, weeks and due dates follow this clock."),
    )


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("What it is for, so that you know it again: “Exports to our wiki”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    days = forms.TypedChoiceField(
        label=_("Works for"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("a year"))],
        initial=90,
    )


class LeaveForm(forms.Form):
    """Who asks for their account to be deleted proves that it is they, and says that they are sure.

    Without a password (a passkey alone) they have signed in again on the way here.
    """

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    sure = forms.BooleanField(
        label=_("Delete my account and everything in it"),
        error_messages={"required": _("Tick this if you are sure.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.is_guest:
            self.fields["sure"].label = _("Delete everything I made here")
        if not user.has_usable_password():
            del self.fields["password"]

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("This is not your password."))
        return password


PASSWORD_HELP = _("At least eight characters, and not a common word.")


class HiddenTimeZone(forms.HiddenInput):
    """A field that the page's script fills with the browser's time zone."""

    def __init__(self) -> None:
        super().__init__(attrs={"data-time-zone": "", "autocomplete": "off"})


class PasswordForm(forms.Form):
    """allauth's password fields in our words.

    Its link to a new password, which stands between label and field in the way of the keys, goes:
    the page has one below. Its list of rules becomes the line that a guest reads too.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            "password": (gettext("Password"), ""),
            "oldpassword": (gettext("Current password"), ""),
            "password1": (gettext("New password"), str(PASSWORD_HELP)),
            "password2": (gettext("New password again"), ""),
        }
        for name in words.keys() & self.fields.keys():
            self.fields[name].label, self.fields[name].help_text = words[name]


class LoginForm(PasswordForm, allauth_forms.LoginForm):
    pass


class ReauthenticateForm(PasswordForm, allauth_forms.ReauthenticateForm):
    pass


class ChangePasswordForm(PasswordForm, allauth_forms.ChangePasswordForm):
    pass


class SetPasswordForm(PasswordForm, allauth_forms.SetPasswordForm):
    pass


class ResetPasswordKeyForm(PasswordForm, allauth_forms.ResetPasswordKeyForm):
    pass


class AddKeyForm(AddWebAuthnForm):
    passwordless = forms.BooleanField(
        label=_("Sign in with this key alone"),
        required=False,
        help_text=_(
            "For a key that asks for a fingerprint, a face or a PIN. Otherwise it is a second step "
            "after your password."
        ),
    )


class SignupForm(allauth_forms.SignupForm):
    time_zone = forms.CharField(required=False, widget=HiddenTimeZone, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = PASSWORD_HELP
        # allauth hides its trap for robots by an inline style, which our policy forbids
        self.fields[settings.ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD].widget = forms.TextInput(
            attrs={"class": "trap", "tabindex": "-1", "autocomplete": "off"}
        )
        self.fields[settings.ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD].label = _("Leave this empty")

    def save(self, request: HttpRequest) -> User | None:
        user = super().save(request)
        if user is not None:
            user.time_zone = known_zone(self.cleaned_data["time_zone"])
            user.save(update_fields=["time_zone"])
        return user


class ClaimForm(forms.Form):
    """A guest's way to a full account. The service checks the address and the password."""

    email = forms.EmailField(
        label=_("Email"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=PASSWORD_HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
