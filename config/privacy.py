"""How a model's rows leave the house. Every model declares one as `privacy = Privacy(...)`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Privacy:
    """`owner` is the lookup from the row to the person it is about (`session__owner`).

    `export`: rows go into that person's export. `erase`: `delete` the rows, `anonymise` (keep the
    row, drop the person; `fields` are blanked), or `keep` with the legal reason in `why`.
    A row about nobody has `owner=None`.
    """

    owner: str | None
    export: bool = True
    erase: Literal["delete", "anonymise", "keep"] = "delete"
    fields: tuple[str, ...] = ()
    why: str = ""


NOBODY = Privacy(owner=None, export=False, erase="keep", why="holds nothing about a person")
