"""Bringing what ships as files into the database, without undoing what operators changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models


@dataclass(frozen=True)
class Loaded:
    added: int
    changed: int
    retired: int
    kept: int
    """Left as an operator made them, though the files say something new."""


def bring(
    shipped: Iterable[Any], there: models.QuerySet[Any], key: str, said: Sequence[str]
) -> Loaded:
    """Make `there` say what `shipped` does. What somebody changed stays as it is, what left the
    files is retired, a `version` goes up with each change. Again does nothing more.

    `said`: the fields that files give and operators may change; each row has `is_active` and
    keeps the digest of what was last loaded as `shipped`.
    """
    known = {getattr(one, key): one for one in there}
    added, changed, kept = [], [], 0
    for new in shipped:
        new.shipped = digest(new, said)
        old = known.pop(getattr(new, key), None)
        if old is None:
            added.append(new)
        elif old.shipped != new.shipped:
            if was_edited(old, said):
                kept += 1
                continue
            for name in (*said, "shipped"):
                setattr(old, name, getattr(new, name))
            if hasattr(old, "version"):
                old.version += 1
            changed.append(old)
    gone = [one for one in known.values() if one.is_active and not was_edited(one, said)]
    rows = there.model._default_manager
    rows.bulk_create(added)
    versioned = ["version"] if hasattr(there.model, "version") else []
    rows.bulk_update(changed, [*said, "shipped", *versioned], batch_size=200)
    rows.filter(pk__in=[one.pk for one in gone]).update(is_active=False)
    return Loaded(len(added), len(changed), len(gone), kept)


def was_edited(row: Any, said: Sequence[str]) -> bool:
    return bool(row.shipped != digest(row, said))


def digest(row: Any, said: Sequence[str]) -> str:
    given = [getattr(row, name) for name in said]
    while given and given[-1] == []:  # a field of later says nothing of rows loaded before it
        given.pop()
    return hashlib.sha256(json.dumps(given).encode()).hexdigest()
