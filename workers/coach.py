"""The `coach` stage: asks a language model for notes, where its learner allowed that.

Here is decided whether to call at all, and what of the answer may be shown; `workers.calling` makes
the call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from analysis.coach import answer
from analysis.coach.checks import notes_of
from analysis.coach.request import Request
from analysis.coach.site import COACHING, REASONS
from analysis.services.coach import Refused
from analysis.services.coach_calls import NotNow, Plan, decide
from analysis.services.stages import Claim, Later
from workers.calling import Outcome, called
from workers.database import persist
from workers.engines.types import StageOutput, Withheld


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
    reply = called(plan, plan.call, answer.read, check)
    if reply.outcome == Outcome.ANSWERED:
        return _with(plan, reply.text)
    if reply.outcome == Outcome.DECLINED:
        return _without(reply.code)
    raise reply.error(again=claim.failures < 2)


def _with(plan: Plan, text: str) -> StageOutput:
    notes = notes_of(cast(Request, plan.request), answer.read(text))
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
