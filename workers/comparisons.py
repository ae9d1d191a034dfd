"""Working out a claimed comparison: its brief put together, the engine run, the result brought
back."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import structlog
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _

from drills.comparing import brief_of, kept_result
from drills.models import Comparison
from drills.services import comparisons
from drills.services.comparisons import ComparisonClaim
from workers.database import database, persist
from workers.engines.types import EngineError, StageJob, StageSettings, Word
from workers.host import Host
from workers.lease import Lease, Stale, held

DEADLINE_S = 180.0
"""An hour's interview takes some seconds."""


class _Comparison:
    """A claimed comparison's way back to its row."""

    def __init__(self, claim: ComparisonClaim) -> None:
        self._held: dict[str, Any] = {"pk": claim.pk, "attempt": claim.attempt}
        self.name = f"comparison {claim.pk} attempt {claim.attempt}"

    def renew(self) -> bool:
        return comparisons.renew(**self._held)

    def relay(self, ratio: float, message: str, words: Sequence[Word]) -> bool:
        return True

    def hand_back(self) -> bool:
        return comparisons.hand_back(**self._held)

    def fail(self, error: EngineError) -> bool:
        return comparisons.fail(**self._held, error=error)


def work_out(claim: ComparisonClaim, host: Host, stopping: threading.Event) -> None:
    """Work it out and bring what was found, or why nothing was, back."""
    with structlog.contextvars.bound_contextvars(comparison=str(claim.pk)):
        held(_Comparison(claim), stopping, lambda lease, folder: _work(claim, host, lease, folder))


def _work(claim: ComparisonClaim, host: Host, lease: Lease, folder: Path) -> None:
    with database():
        found = Comparison.objects.select_related("preparation", "session").get(pk=claim.pk)
        brief = brief_of(found)
    if brief is None:
        raise ObjectDoesNotExist
    if not brief.for_engine["sentences"]:
        raise EngineError(
            "no_words", _("No words were heard in this recording, so nothing can be compared.")
        )
    job = StageJob(
        stage="comparison",
        media=[],
        upstream={"comparison": brief.for_engine},
        artifacts={},
        settings=cast(StageSettings, {"engines": {"models_dir": str(settings.MODELS_DIR)}}),
        workdir=str(folder),
    )
    output = host.run(job, deadline_s=DEADLINE_S, relay=lease.relay, check=lease.check)
    result = kept_result(brief, output["section"])
    if not persist(
        lambda: comparisons.finish(
            pk=claim.pk, attempt=claim.attempt, run=brief.run.pk, result=result
        )
    ):
        raise Stale
