"""What stands at a session's address: its upload, its progress, or its result."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analysis.document import Document, build
from analysis.forms import AttachForm, ClipForm, ReanalyseForm
from analysis.history import standing
from analysis.live import progress_of
from analysis.models import AnalysisRun, Clip, StageRun
from analysis.panels import panels
from analysis.rephrasing import rephrasings
from analysis.selectors.clips import clips_context
from analysis.selectors.coach import panel_for
from analysis.selectors.history import Earlier, earlier_results, scenario_of
from analysis.selectors.player import player_coming, player_of, series_of
from analysis.selectors.runs import another_try_may_help, current_run, latest_run, praise_in
from analysis.services.again import run_token
from analysis.sharing import for_viewer, may_see
from analysis.views.trimming import trim_form
from analysis.withholding import gate_is_closed
from analysis.workspace import build_workspace
from coaching.accounts.models import User
from coaching.accounts.selectors import confirmed_address
from sessions.models import Grant, Session
from sessions.selectors import session_for
from workers.engines.types import why_unsure


@login_required
@require_safe
@never_cache
def session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """One address for the whole life of a session, so that a link never goes stale."""
    found = session_for(request.user, session_id)
    shown, latest = current_run(found), latest_run(found)
    context: dict[str, Any] = {
        "session": found,
        "is_owner": found.owner_id == request.user.pk,
        "run": latest,
        "working": latest is not None and not latest.is_settled,
        "seen": run_token(latest) if latest else "",
    }
    if context["working"]:
        context["progress"] = progress_of(request.user, found, latest)
    if shown is not None:
        return _workspace(request, found, shown, context)
    if latest is None or latest.state in {AnalysisRun.State.DONE, AnalysisRun.State.PARTIAL}:
        return render(request, "analysis/draft.html", context)
    if context["working"]:
        context["mailed"] = context["is_owner"] and confirmed_address(found.owner)
        return render(request, "analysis/progress.html", context)
    context["reanalyse_form"] = reanalyse_form(found, latest)
    context["again_first"] = latest.state == latest.State.CANCELLED or another_try_may_help(latest)
    return render(request, "analysis/failed.html", context)


def _workspace(
    request: HttpRequest, session: Session, shown: AnalysisRun, context: dict[str, Any]
) -> HttpResponse:
    latest: AnalysisRun | None = context["run"]
    is_owner: bool = context["is_owner"]
    document = for_viewer(build(shown), session, request.user)
    series = series_of(shown)
    speakers = document["transcript"]["speakers"]
    hears = may_see(request.user, session, Grant.Scope.MEDIA)
    workspace = build_workspace(document, series=series, waveform=series.get("waveform"))
    earlier = earlier_results(shown) if is_owner else Earlier(scenario_of(shown))
    context |= {
        "shown": shown,
        "document": document,
        "workspace": workspace,
        "praise": praise_in(shown),
        "panels": panels(
            document,
            workspace.skills,
            earlier,
            session.created,
        ),
        "standing": standing(earlier, "overall", workspace.overall),
        "rephrasings": rephrasings(document),
        "coach": panel_for(shown, document, cast(User, request.user) if is_owner else None),
        "transcript_uncertain": why_unsure(document["transcript"]) == "transcript_uncertain"
        and gate_is_closed(document["transcript"]),
        "player": player_of(shown, request.user) if hears else None,
        "hears": hears,
        "reads": hears or may_see(request.user, session, Grant.Scope.TRANSCRIPT),
        "player_coming": player_coming(shown),
        "lost": lost_in(document),
        **(clips_context(request.user, session) if hears else {}),
        "words_failed": any(
            stage["name"] == "transcribe" and stage["status"] == StageRun.State.FAILED
            for stage in document["stages"]
        ),
        "speakers": speakers if is_owner and len(speakers) > 1 else [],
    }
    if latest and latest.pk != shown.pk and latest.state in _GAVE_NOTHING:
        context |= {"newer_failed": latest, "again_may_help": another_try_may_help(latest)}
    if is_owner:
        context["reanalyse_form"] = reanalyse_form(session, shown)
        context["attach_form"] = AttachForm()
        if document["media"]["duration_s"]:
            trim = (latest or shown).settings.get("trim")
            context |= {"trim_form": trim_form(trim, session.duration_s), "trimmed": bool(trim)}
        context["clip_form"] = _clip_form(session, document, context["transcript_uncertain"])
    return render(request, "analysis/workspace.html", context)


_GAVE_NOTHING = {AnalysisRun.State.FAILED, AnalysisRun.State.PARTIAL}
"""States of a newer run that left the older result on the page."""
ENOUGH_SPEECH_S = 30
"""Seconds of speech from which most measures say something."""
_LOST = {"cut_short", "corrupt", "corrupt_sound", "silent", "only_music", "sound_without_speech"}


def _clip_form(session: Session, document: Document, uncertain: bool) -> ClipForm:
    """Starts with the first highlight, and with no captions where the words are a guess."""
    trim = document["media"].get("trim") or {"start": 0.0, "end": session.duration_s or 15.0}
    first = {"start": trim["start"], "end": min(trim["start"] + 15.0, trim["end"])}
    moment = next(iter(document["highlights"]), first)
    end = min(moment["end"], session.duration_s or moment["end"])
    plain = uncertain or not document["transcript"]["words"]
    return ClipForm(
        initial={
            "start": round(moment["start"], 1),
            "end": round(end, 1),
            "captions": Clip.Captions.NONE if plain else Clip.Captions.BURNT,
            "profanity": Clip.Profanity.KEEP if plain else Clip.Profanity.MUTE,
        },
        auto_id="clip-%s",
    )


def lost_in(document: Document) -> list[dict[str, str]]:
    """What the recording lacks, speech above all: said first, since every figure lacks it too."""
    media = document["media"]
    sound = media["sound"] or {}
    found = [*media["warnings"], *sound.get("warnings", [])]
    return [one for one in found if one["code"] in _LOST] + _hardly_any(sound.get("speech_s"))


def _hardly_any(speech_s: float | None) -> list[dict[str, str]]:
    if not speech_s or speech_s >= ENOUGH_SPEECH_S:
        return []
    message = ngettext(
        "There is only %(n)d second of speech here, too little to go by. Speak for half a minute "
        "or more to be measured surely.",
        "There are only %(n)d seconds of speech here, too little to go by. Speak for half a minute "
        "or more to be measured surely.",
        seconds := max(1, int(speech_s)),
    )
    return [{"code": "little_speech", "message": message % {"n": seconds}}]


def reanalyse_form(session: Session, run: AnalysisRun) -> ReanalyseForm:
    used = run.settings
    return ReanalyseForm(
        initial={
            "transcriber": used.get("engines", {}).get("transcriber", "auto"),
            "language": used.get("language", session.language),
            "scenario": used.get("scenario", session.kind),
        }
    )


@login_required
@require_safe
def document(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The result document as a file."""
    found = session_for(request.user, session_id, what="downloaded the result")
    run = current_run(found)
    if run is None:
        raise Http404(_("There is no result yet."))
    answer = JsonResponse(
        for_viewer(build(run), found, request.user),
        json_dumps_params={"indent": 1, "ensure_ascii": False},
    )
    answer["Content-Disposition"] = f'attachment; filename="rostrum-{found.pk}.json"'
    return answer
