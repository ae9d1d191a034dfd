"""List, new, edit, rename, delete, restore."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
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
    context = _listed(signed_in(request), request.GET)
    context["deleted"] = recently_deleted(signed_in(request)).count()
    part = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    return render(request, f"sessions/{'_part' if part else 'list'}.html", context)


def _listed(user: User, asked_for: QueryDict) -> dict[str, Any]:
    """The page of the list that an address asks for."""
    form = FilterForm(asked_for, label_suffix="")
    form.is_valid()
    asked = {name: value for name, value in form.cleaned_data.items() if value}
    return {
        "form": form,
        "page": Paginator(own_sessions(user, **asked), PAGE_SIZE).get_page(asked_for.get("page")),
        "searched": bool(asked.keys() - {"sort"}),
        "filters_on": len(asked.keys() - {"q", "sort"}),
    }


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
        # the list they were looking at may have come to its end, or to a search without a find
        asked_for = QueryDict(urlsplit(request.htmx.current_url or "").query)  # type: ignore[attr-defined]
        context = _listed(session.owner, asked_for) | {"session": session}
        page = context["page"]
        context["over"] = not page.object_list or str(page.number) != asked_for.get("page", "1")
        return render(request, "sessions/_deleted.html", context)
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
