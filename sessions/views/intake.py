"""How a recording or a text comes in without the upload script, and the sample."""

from __future__ import annotations

import uuid

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from billing.services import QuotaExceeded
from coaching.accounts.models import User
from coaching.accounts.services import create_guest
from sessions import services
from sessions.forms import TextForm
from sessions.models import Session
from sessions.samples import QUESTION, SAMPLE
from sessions.selectors import own_session
from sessions.views.pages import signed_in

GUESTS_AN_HOUR = 30
"""New guests from one address."""
FIRST_S = 30
"""The first recording: long enough to be measured, short enough to dare."""


@login_required
@require_POST
def upload(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """A small file by a plain form, for browsers without scripts."""
    session = own_session(signed_in(request), session_id)
    file = request.FILES.get("file")
    try:
        if file is None:
            raise ValidationError(_("Choose a file first."))
        size, limit = file.size or 0, settings.FORM_UPLOAD_MAX_BYTES
        if size > limit:
            raise ValidationError(
                _("Without scripts a file may have up to %(limit)s. Allow scripts for larger ones.")
                % {"limit": filesizeformat(limit)}
            )
        services.add_file(session=session, file=file, filename=file.name or "", length=size)
    except (QuotaExceeded, services.TooLarge, services.UploadRefused) as refusal:
        messages.error(request, refusal.message)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(session.get_absolute_url())


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Practise with a text alone."""
    session = own_session(signed_in(request), session_id)
    form = TextForm(request.POST or None, label_suffix="")
    if form.is_valid():
        try:
            services.add_text(session=session, text=form.cleaned_data["text"])
        except ValidationError as refusal:
            form.add_error("text", refusal.messages)
        else:
            return redirect(session.get_absolute_url())
    status = 422 if form.errors else 200
    return render(request, "sessions/text.html", {"form": form, "session": session}, status=status)


@require_POST
def sample(request: HttpRequest) -> HttpResponse:
    """A practice to look at, for everybody: who has no account becomes a guest."""
    user = _somebody(request)
    if user is None:
        return redirect("account_signup")
    session = Session.objects.filter(owner=user, is_sample=True, deleted_at=None).first()
    try:
        session = session or make_sample(user)
    except QuotaExceeded as refusal:
        messages.error(request, refusal.message)
        return redirect("sessions:list")
    return redirect(session.get_absolute_url())


@require_POST
def first(request: HttpRequest) -> HttpResponse:
    """Thirty seconds in the studio, for everybody: the quickest way to a result of one's own."""
    user = _somebody(request)
    if user is None:
        return redirect("account_signup")
    title = _("My first thirty seconds")
    begun = Session.objects.filter(
        owner=user, title=title, state=Session.State.DRAFT, deleted_at=None, recordings=None
    )
    session = begun.first() or services.create_session(
        owner=user,
        kind=Session.Kind.FREE,
        title=title,
        question=_("Who are you, and when will you next have to speak in front of others?"),
    )
    studio = reverse("sessions:studio", args=[session.pk])
    return redirect(f"{studio}?limit={FIRST_S}")


def _somebody(request: HttpRequest) -> User | None:
    """Who is signed in, else a new guest; None, with a message, where too many come from there."""
    if request.user.is_authenticated:
        return signed_in(request)
    if not _may_be_guest(request):
        messages.error(request, _("Many people tried from here just now. Make an account instead."))
        return None
    guest = create_guest(time_zone=request.POST.get("time_zone", ""))
    login(request, guest, backend="django.contrib.auth.backends.ModelBackend")
    request.user = guest
    return guest


def make_sample(user: User) -> Session:
    """A session of the sample recording, analysed like any other."""
    session = services.create_session(
        owner=user,
        kind=Session.Kind.INTERVIEW,
        title=_("Sample: a difficult project"),
        question=QUESTION,
        job_title=_("Team lead"),
        interview_type=Session.InterviewType.BEHAVIOURAL,
        is_sample=True,
    )
    with SAMPLE.open("rb") as file:
        services.add_file(
            session=session, file=file, filename=SAMPLE.name, length=SAMPLE.stat().st_size
        )
    return session


def _may_be_guest(request: HttpRequest) -> bool:
    address = get_adapter().get_client_ip(
        request
    )  # behind trusted proxies the visitor's, not the proxy's
    key = f"sessions:guests:{address}"
    cache.add(key, 0, 3600)
    try:
        return (cache.incr(key) or 0) <= GUESTS_AN_HOUR  # None: the cache is down
    except ValueError:  # it was lost this moment
        return True
