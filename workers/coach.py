"""The `coach` stage: asks a language model for notes, where its learner allowed that.

The call is plan in a process of its own that has a network and nothing else: no media, no database.
It can be killed at a deadline, and is, and it reads what a server sends. Here is decided whether
to call at all, what that costs, and what of the answer may be shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings

from analysis.coach import answer
from analysis.coach.checks import notes_of
from analysis.coach.site import COACHING, FAILED, REASONS, Site
from analysis.models import CoachCall
from analysis.services.coach import Refused
from analysis.services.coach_calls import NotNow, Plan, decide, settle
from analysis.services.stages import Claim, Later
from workers.database import persist
from workers.engines.types import EngineError, StageJob, StageOutput, Withheld
from workers.host import Host

ENGINE = {"coach": "workers.engines.coach:run"}
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")
PASSED = frozenset({*PROXIES, *map(str.lower, PROXIES)})
START_S = 30.0
"""What a process may take to start and import a client, besides the call's own time."""
Outcome = CoachCall.Outcome


def coach(claim: Claim, check: Callable[[], None]) -> StageOutput:
    """The notes, or why there are none. `check` raises to end it early, as Host.run says.

    Raises EngineError where the service could not be asked; Later where another try has to wait.
    """
    try:
        plan = persist(lambda: decide(stage_id=claim.stage_id))
    except Refused as refusal:
        return _without(refusal.code)
    except NotNow as error:
        if error.wait_s is None:
            return _without(error.code)
        raise Later(error.code, str(REASONS[error.code]), wait_s=error.wait_s) from error
    if plan.call is None:
        return _with(plan, plan.earlier)
    return _answered(plan, plan.call, _called(plan, plan.call, check), again=claim.failures < 2)


def _called(plan: Plan, call: CoachCall, check: Callable[[], None]) -> dict[str, Any]:
    """What workers.engines.coach gives; a call that does not end by itself is settled here."""
    host = Host(ENGINE, memory_bytes=settings.ENGINE_MEMORY_BYTES, network=True, passed=PASSED)
    limit_s = plan.site.timeout_s + START_S
    try:
        output = host.run(_job(plan), deadline_s=limit_s, relay=lambda *_: None, check=check)
    except EngineError as error:
        _give_up(plan, call, Outcome.TIMEOUT if error.code == "deadline" else Outcome.LOST)
        raise EngineError(FAILED, str(REASONS[FAILED]), detail=error.code, retry=True) from error
    except BaseException:
        _give_up(plan, call, Outcome.LOST)
        raise
    finally:
        host.kill()
    return output["section"]


def _give_up(plan: Plan, call: CoachCall, outcome: CoachCall.Outcome) -> None:
    persist(lambda: settle(call=call, site=plan.site, outcome=outcome))


def _job(plan: Plan) -> StageJob:
    site: Site = plan.site
    request = {
        "system": plan.request.system,
        "user": plan.request.user,
        "schema": answer.schema(),
        "provider": site.provider,
        "base_url": site.base_url,
        "key": site.key,
        "model": site.model,
        "timeout_s": site.timeout_s,
        "max_tokens": site.max_tokens,
    }
    return StageJob(
        stage="coach",
        media=[],
        upstream={"request": request},
        artifacts={},
        settings={},  # type: ignore[typeddict-item]
        workdir="",
    )


def _answered(plan: Plan, call: CoachCall, reply: dict[str, Any], *, again: bool) -> StageOutput:
    """Settle the call, then say what follows. `again`: an unusable one may be tried again."""
    outcome, detail = Outcome(reply["outcome"]), reply["detail"]
    if outcome == Outcome.ANSWERED:
        try:
            answer.read(reply["text"])
        except answer.NotAnAnswer as error:
            outcome, detail = Outcome.UNUSABLE, str(error)
    persist(
        lambda: settle(
            call=call,
            site=plan.site,
            outcome=outcome,
            tokens=reply["tokens"] and tuple(reply["tokens"]),
            latency_s=reply["latency_s"],
            wait_s=reply["wait_s"],
            detail=detail,
            response=reply["text"],
        )
    )
    if outcome == Outcome.ANSWERED:
        return _with(plan, reply["text"])
    if outcome == Outcome.DECLINED:
        return _without("coach_declined")
    code = _CODES.get(outcome, FAILED)
    message, told = str(REASONS[code]), f"{outcome} {detail}"
    if reply["wait_s"]:
        raise Later(code, message, wait_s=reply["wait_s"], detail=told)
    retry = again if code == "coach_unusable" else code == FAILED
    raise EngineError(code, message, detail=told, retry=retry)


_CODES = {
    Outcome.UNUSABLE: "coach_unusable",
    Outcome.CUT: "coach_unusable",
    Outcome.REJECTED: "coach_rejected",
}


def _with(plan: Plan, text: str) -> StageOutput:
    notes = notes_of(plan.request, answer.read(text))
    if not notes:
        return _without("coach_unfounded")
    site = plan.site
    return _output(
        {
            "provider": site.provider,
            "recipient": site.recipient,
            "model": site.model,
            "prompt": plan.request.prompt,
            **notes,
        },
        [],
        site.model,
    )


def _without(code: str) -> StageOutput:
    return _output({}, [Withheld(path=COACHING, code=code, message=str(REASONS[code]))], "")


def _output(section: dict[str, Any], withheld: list[Withheld], model: str) -> StageOutput:
    return StageOutput(
        section=section, withheld=withheld, artifacts=[], engine="rostrum coach 1", model=model
    )
