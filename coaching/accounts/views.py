"""Home, the account pages that allauth does not have, and the theme."""

from __future__ import annotations

from datetime import datetime
from typing import cast
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from django.conf import settings as django_settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coaching.accounts import services
from coaching.accounts.forms import ClaimForm, LeaveForm, ProfileForm, TokenForm
from coaching.accounts.models import User
from config.context import THEME_COOKIE, THEMES, after_sign_in

THEME_SECONDS = 365 * 24 * 3600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(after_sign_in())
    return render(request, "home.html")


@login_required
@require_safe
def more(request: HttpRequest) -> HttpResponse:
    """What the phone's bar has no room for; on wide screens "You"."""
    return render(request, "accounts/more.html")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    if user.is_guest:
        return redirect("accounts:claim")
    initial = {"name": user.name, "time_zone": user.time_zone}
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.update_profile(user=user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("accounts:settings")
    return render(request, "accounts/settings.html", {"form": form})


@login_required
@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    """The keys of programs that act as this person."""
    user = cast(User, request.user)
    if user.is_guest:
        return redirect("accounts:claim")
    held = user.api_tokens.order_by("-created")
    return render(request, "accounts/tokens.html", {"tokens": held})


@login_required
@reauthentication_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_token(request: HttpRequest) -> HttpResponse:
    """Its key is in this answer and nowhere else."""
    user = cast(User, request.user)
    if user.is_guest:
        return redirect("accounts:claim")
    form = TokenForm(request.POST or None)
    if form.is_valid():
        try:
            token, key = services.make_token(user=user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return render(request, "accounts/token_made.html", {"token": token, "key": key})
    status = 422 if form.errors else 200
    return render(request, "accounts/new_token.html", {"form": form}, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revoke_token(request: HttpRequest, token_id: UUID) -> HttpResponse:
    user = cast(User, request.user)
    token = user.api_tokens.filter(pk=token_id).first()
    if token is None:
        raise Http404(_("There is no such token."))
    if request.method == "POST":
        services.revoke_token(token=token)
        messages.success(request, _("“%(name)s” opens nothing any more.") % {"name": token.name})
        return redirect("accounts:tokens")
    context = {
        "title": _("Revoke “%(name)s”?") % {"name": token.name},
        "text": _("Whatever uses it is refused from now on. This cannot be undone."),
        "action": request.path,
        "verb": _("Revoke"),
        "cancel": reverse("accounts:tokens"),
    }
    return render(request, "confirm_page.html", context)


def has_only_a_key(request: HttpRequest) -> bool:
    """Somebody who signs in by passkey alone, and is asked for it again."""
    user = cast(User, request.user)
    return not user.has_usable_password() and not user.is_guest


@login_required
@reauthentication_required(enabled=has_only_a_key)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Ask for the account to be deleted, and be signed out."""
    user = cast(User, request.user)
    if user.erase_at:
        return redirect("accounts:settings")  # every page says when, and offers to stay
    if request.method == "POST" and (
        refusal := ratelimit.consume_or_429(request, action="reauthenticate")
    ):
        return cast(HttpResponse, refusal)
    form = LeaveForm(request.POST or None, user=user)
    if form.is_valid():
        try:
            erase_at = services.request_erasure(user=user).erase_at
        except ValidationError as error:
            form.add_error(None, error)
        else:
            logout(request)
            messages.success(request, farewell(user, erase_at))
            return redirect("home")
    context = {"form": form, "grace": django_settings.ACCOUNT_GRACE.days}
    return render(request, "accounts/leave.html", context, status=422 if form.errors else 200)


def farewell(user: User, erase_at: datetime | None) -> str:
    if user.is_guest:
        return _("Everything you made here is being deleted.")
    return _("Your account will be deleted on %(date)s. Sign in before then to keep it.") % {
        "date": date_format(localtime(erase_at), "DATETIME_FORMAT")
    }


@login_required
@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    services.keep_account(user=cast(User, request.user))
    messages.success(request, _("Your account stays, and everything in it."))
    return redirect("accounts:settings")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest) -> HttpResponse:
    """A guest chooses an address and a password, and keeps everything."""
    user = cast(User, request.user)
    if not user.is_guest:
        return redirect("accounts:settings")
    form = ClaimForm(request.POST or None)
    if request.method == "POST":
        if refusal := ratelimit.consume_or_429(request, action="signup"):
            return cast(HttpResponse, refusal)
        if form.is_valid() and claimed(request, user, form):
            messages.success(request, _("Your account is made, and everything is still here."))
            return redirect(after_sign_in())
    return render(request, "accounts/claim.html", {"form": form})


def claimed(request: HttpRequest, user: User, form: ClaimForm) -> bool:
    """Make the account, keep the person signed in, send the confirmation; False fills the form."""
    try:
        account = services.claim_guest(user=user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None if hasattr(error, "error_dict") else "password", error)
        return False
    update_session_auth_hash(request, account)
    EmailAddress.objects.get(user=account, primary=True).send_confirmation(request, signup=True)
    return True


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember the theme in this browser and, when signed in, in the account."""
    chosen = request.POST.get("theme", "")
    if chosen not in THEMES:
        return HttpResponseBadRequest(_("There is no such theme."))
    if request.user.is_authenticated:
        services.remember_theme(user=request.user, theme=chosen)
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    response = redirect(target)
    response.set_cookie(
        THEME_COOKIE, chosen, THEME_SECONDS, secure=request.is_secure(), samesite="Lax"
    )
    return response
