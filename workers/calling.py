"""A call of a language model as a worker makes it, whatever it is asked for.

The call itself is made in a process of its own that has a network and nothing else: no media, no
database. It can be killed at a deadline, and is, and it reads what a server sends. What it cost is
settled here; what may be shown of the answer is for its asker to say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from analysis.coach.answer import NotAnAnswer
from analysis.coach.site import FAILED, REASONS, Site
from analysis.models import CoachCall
from analysis.services.coach_calls import Plan, settle
from analysis.services.stages import Later
from workers.database import persist
from workers.engines.types import EngineError, StageJob
from workers.host import Host

ENGINE = {"coach": "workers.engines.coach:run", "client": "workers.engines.coach:load"}
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")
PASSED = frozenset({*PROXIES, *map(str.lower, PROXIES)})
START_S = 30.0
"""What a process may take to start and import a client, besides the call's own time."""
Outcome = CoachCall.Outcome
_CODES = {
    Outcome.DECLINED: "coach_declined",
    Outcome.UNUSABLE: "coach_unusable",
    Outcome.CUT: "coach_unusable",
    Outcome.REJECTED: "coach_rejected",
}


@dataclass(frozen=True)
class Reply:
    """How a call ended. `text` is of the agreed form where it was answered."""

    outcome: CoachCall.Outcome
    text: str
    detail: str
    wait_s: float | None

    @property
    def code(self) -> str:
        """One of REASONS; empty where it was answered."""
        return "" if self.outcome == Outcome.ANSWERED else _CODES.get(self.outcome, FAILED)

    def error(self, *, again: bool) -> EngineError:
        """What a call that was not answered means for its row; `again`: an answer of no use may be
        asked for once more."""
        message, told = str(REASONS[self.code]), f"{self.outcome} {self.detail}"
        if self.wait_s:
            return Later(self.code, message, wait_s=self.wait_s, detail=told)
        retry = again if self.code == "coach_unusable" else self.code == FAILED
        return EngineError(self.code, message, detail=told, retry=retry)


def new_host() -> Host:
    return Host(ENGINE, memory_bytes=settings.ENGINE_MEMORY_BYTES, network=True, passed=PASSED)


def called(
    plan: Plan,
    call: CoachCall,
    read: Callable[[str], object],
    check: Callable[[], None],
    *,
    host: Host | None = None,
    limit_s: float | None = None,
) -> Reply:
    """Make the call and settle it. `read` raises NotAnAnswer for what is not of the agreed form,
    `check` raises to end it early, as Host.run says. `host`: a process that is up already and stays
    so. Raises EngineError where the call did not end by itself within `limit_s`."""
    own = host is None
    host = host or new_host()
    limit_s = limit_s or plan.site.timeout_s + START_S
    try:
        output = host.run(_call_job(plan), deadline_s=limit_s, relay=lambda *_: None, check=check)
    except EngineError as error:
        _give_up(plan, call, Outcome.TIMEOUT if error.code == "deadline" else Outcome.LOST)
        raise EngineError(FAILED, str(REASONS[FAILED]), detail=error.code, retry=True) from error
    except BaseException:
        _give_up(plan, call, Outcome.LOST)
        raise
    finally:
        if own:
            host.kill()
    return _settled(plan, call, output["section"], read)


def warm_up(host: Host, site: Site) -> None:
    """Have `host` up with the client loaded. Raises EngineError."""
    host.run(_job("client", _access(site)), deadline_s=START_S,
             relay=lambda *_: None, check=lambda: None)  # fmt: skip


def _call_job(plan: Plan) -> StageJob:
    request = {
        "system": plan.request.system,
        "user": plan.request.user,
        "schema": plan.request.schema,
        "model": plan.site.model,
        "max_tokens": plan.site.max_tokens,
    }
    return _job("coach", request | _access(plan.site))


def _access(site: Site) -> dict[str, Any]:
    return {
        "provider": site.provider,
        "base_url": site.base_url,
        "key": site.key,
        "timeout_s": site.timeout_s,
    }


def _job(stage: str, request: dict[str, Any]) -> StageJob:
    return StageJob(
        stage=stage,
        media=[],
        upstream={"request": request},
        artifacts={},
        settings={},  # type: ignore[typeddict-item]
        workdir="",
    )


def _give_up(plan: Plan, call: CoachCall, outcome: CoachCall.Outcome) -> None:
    persist(lambda: settle(call=call, site=plan.site, outcome=outcome, kept=plan.kept))


def _settled(
    plan: Plan, call: CoachCall, reply: dict[str, Any], read: Callable[[str], object]
) -> Reply:
    outcome, detail = Outcome(reply["outcome"]), reply["detail"]
    if outcome == Outcome.ANSWERED:
        try:
            read(reply["text"])
        except NotAnAnswer as error:
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
            kept=plan.kept,
        )
    )
    return Reply(outcome, reply["text"], detail, reply["wait_s"])
