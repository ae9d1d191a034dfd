"""List, new, edit, rename, delete, restore."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from coaching.accounts.models import User
from sessions import services
from sessions.forms import FilterForm, PracticeForm, TitleForm
from sessions.listing import PAGE_SIZE, own_sessions, recently_deleted
from sessions.models import Session
from sessions.selectors import own_session


def signed_in(request: HttpRequest) -> User:
    """The person behind a view that requires one."""
    assert isinstance(request.user, User)  # noqa: S101 - for the type; login_required saw to it
    return request.user


@login_required
@require_safe
@vary_on_headers("HX-Request")  # or going back shows the part that a search fetched
def listing(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    form = FilterForm(request.GET, label_suffix="")
    form.is_valid()
    asked = {name: value for name, value in form.cleaned_data.items() if value}
    page = Paginator(own_sessions(user, **asked), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "searched": bool(asked.keys() - {"sort"}),
        "filters_on": len(asked.keys() - {"q", "sort"}),
        "deleted": recently_deleted(user).count(),
    }
    part = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    return render(request, f"sessions/{'_part' if part else 'list'}.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = PracticeForm(
        request.POST or None, initial={"kind": request.GET.get("kind", "interview")}
    )
    if form.is_valid():
        session = services.create_session(owner=signed_in(request), **form.cleaned_data)
        if request.POST.get("then") == "record":
            return redirect("sessions:studio", session.pk)
        return redirect(session.get_absolute_url())
    return render(request, "sessions/new.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    session = own_session(signed_in(request), session_id)
    form = PracticeForm(request.POST or None, instance=session)
    if form.is_valid():
        fresh = own_session(signed_in(request), session_id)
        services.update_session(session=fresh, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(session.get_absolute_url())
    return render(
        request,
        "sessions/edit.html",
        {"form": form, "session": session},
        status=422 if form.errors else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def rename(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """In the list's row with HTMX; a small page of its own without."""
    session = own_session(signed_in(request), session_id)
    shown = session.title
    form = TitleForm(request.POST or None, instance=session, label_suffix="")
    whole = not request.htmx  # type: ignore[attr-defined]
    context = {"session": session, "url": session.get_absolute_url()}
    if request.method == "POST" and form.is_valid():
        fresh = own_session(signed_in(request), session_id)
        context["session"] = services.rename_session(
            session=fresh, title=form.cleaned_data["title"]
        )
        if whole:
            return redirect("sessions:list")
        return render(request, "sessions/_title.html", context)
    if not whole and "cancel" in request.GET:
        return render(request, "sessions/_title.html", context)
    template = "sessions/rename.html" if whole else "sessions/_rename.html"
    # HTMX swaps in no answer of 4xx, so an error in the row comes as 200
    status = 422 if form.errors and whole else 200
    return render(request, template, {"form": form, "shown": shown, **context}, status=status)


@login_required
@require_POST
def delete(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    session = own_session(signed_in(request), session_id)
    services.delete_session(session=session)
    if request.htmx:  # type: ignore[attr-defined]
        left = own_sessions(session.owner).exists()
        return render(request, "sessions/_deleted.html", {"session": session, "left": left})
    messages.success(request, _("Deleted. You can take it back for ten minutes."))
    return redirect("sessions:deleted")


@login_required
@require_safe
def deleted(request: HttpRequest) -> HttpResponse:
    return render(
        request, "sessions/deleted.html", {"sessions": recently_deleted(signed_in(request))}
    )


@login_required
@require_POST
def restore(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    session = Session.objects.filter(pk=session_id, owner=signed_in(request)).first()
    if session is None:
        raise Http404(_("This session is gone for good."))
    try:
        services.restore_session(session=session)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("“%(title)s” is back.") % {"title": session.title})
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("sessions:list")})
    return redirect("sessions:list")
