"""Cutting clips from a session, and the list of them that follows how far each is."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from analysis.forms import ClipForm
from analysis.models import Clip
from analysis.selectors.clips import captions_of, clip_for, clips_context, crop_way, own_clip
from analysis.services.clips.asking import (
    ClipRefused,
    cancel_clip,
    cut_clip,
    delete_clip,
    restore_clip,
    retry_clip,
)
from billing.services import QuotaExceeded
from sessions.models import Grant, Session
from sessions.selectors import own_session, sees_swearing, session_for


@login_required
@never_cache
@vary_on_headers("HX-Request")
def clips(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The list; a POST cuts another. HTMX gets the list alone, anybody else a page."""
    if request.method == "POST":
        return _cut(request, own_session(request.user, session_id))
    session = session_for(request.user, session_id, Grant.Scope.MEDIA, what="saw the clips")
    return _listed(request, session)


def _cut(request: HttpRequest, session: Session) -> HttpResponse:
    form = ClipForm(request.POST)
    if form.is_valid():
        try:
            _clip, new = cut_clip(session=session, cut=form.cut())
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        except (ClipRefused, QuotaExceeded) as error:
            form.add_error(None, error.message)
        else:
            if not new:
                messages.info(request, _("This cut is made already, or being made."))
            return _listed(request, session, back=True)
    return _listed(request, session, form)


def _listed(
    request: HttpRequest, session: Session, form: ClipForm | None = None, *, back: bool = False
) -> HttpResponse:
    """HTMX swaps in no answer of 4xx, so an error in the fragment comes as 200."""
    if back and not request.htmx:  # type: ignore[attr-defined]
        return redirect(f"{session.get_absolute_url()}#clips")
    context = {
        **clips_context(request.user, session),
        "session": session,
        "is_owner": session.owner_id == request.user.pk,
        "clip_form": form or ClipForm(initial={"start": 0, "end": 15}),
        "errors": form.errors if form else {},
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "analysis/clips/_answer.html", context)
    return render(request, "analysis/clips/page.html", context, status=422 if form else 200)


@login_required
@require_POST
def cancel(request: HttpRequest, clip_id: UUID) -> HttpResponse:
    return _changed(request, own_clip(request.user, clip_id), lambda clip: cancel_clip(clip=clip))


@login_required
@require_POST
def retry(request: HttpRequest, clip_id: UUID) -> HttpResponse:
    return _changed(request, own_clip(request.user, clip_id), lambda clip: retry_clip(clip=clip))


@login_required
@require_POST
def delete(request: HttpRequest, clip_id: UUID) -> HttpResponse:
    clip = own_clip(request.user, clip_id)
    delete_clip(clip=clip)
    if request.htmx:  # type: ignore[attr-defined]
        listed = clips_context(request.user, clip.session)
        context = {**listed, "session": clip.session, "is_owner": True, "gone": clip}
        return render(request, "analysis/clips/_answer.html", context)
    messages.success(request, _("Deleted. You can take it back for ten minutes."))
    return redirect("analysis:clip-deleted", clip.pk)


@login_required
@require_safe
def deleted(request: HttpRequest, clip_id: UUID) -> HttpResponse:
    """Where a browser without scripts takes a deletion back."""
    clip = own_clip(request.user, clip_id, deleted=True)
    return render(request, "analysis/clips/deleted.html", {"clip": clip, "session": clip.session})


@login_required
@require_POST
def restore(request: HttpRequest, clip_id: UUID) -> HttpResponse:
    clip = own_clip(request.user, clip_id, deleted=True)
    return _changed(request, clip, lambda clip: restore_clip(clip=clip))


@login_required
@require_safe
def captions(request: HttpRequest, clip_id: UUID) -> HttpResponse:
    """A clip's captions as a .vtt file."""
    clip = clip_for(request.user, clip_id)
    text = captions_of(clip, unmasked=sees_swearing(request.user, clip.session))
    if not text:
        raise Http404(_("This clip has no captions of its own."))
    answer = HttpResponse(text, content_type="text/vtt; charset=utf-8")
    if "download" in request.GET:
        answer["Content-Disposition"] = f'attachment; filename="clip-{clip_id}.vtt"'
    return answer


@login_required
@require_safe
def crop(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The way a crop would go, for the frame over the player."""
    session = own_session(request.user, session_id)
    form = ClipForm({**request.GET.dict(), "captions": "none", "profanity": "keep"})
    if not form.is_valid() or not 0 < form.cut().end - form.cut().start <= 3600:
        return JsonResponse({"error": _("Give both times as seconds.")}, status=422)
    cut = form.cut()
    shape = cut.format if cut.format != Clip.Format.AUDIO else Clip.Format.WIDE
    return JsonResponse(crop_way(session, shape, cut.start, cut.end))


def _changed(request: HttpRequest, clip: Clip, change: Callable[[Clip], Clip]) -> HttpResponse:
    try:
        change(clip)
    except (ClipRefused, QuotaExceeded) as error:
        messages.error(request, error.message)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    if request.htmx:  # type: ignore[attr-defined]
        return _listed(request, clip.session)
    return redirect(reverse("analysis:clips", args=[clip.session_id]))
