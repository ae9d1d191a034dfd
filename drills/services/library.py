"""The drill library: what ships with Rostrum, and files that operators bring."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from drills.melody import text_of
from drills.models import Drill
from drills.services.shipping import Loaded, bring, digest

FOLDER = Path(__file__).resolve().parents[1] / "library"
SAID = (
    "title", "skill", "level", "kind", "goal", "steps", "example", "prompt", "text", "metric",
    "low", "high", "falloff", "seconds", "too_low", "too_high", "melody",
)  # fmt: skip
"""What a file says of a drill, and an operator may change."""
_NUMBERS = {"low", "high", "falloff"}
LARGEST_IMPORT = 500_000


@transaction.atomic
def load_drills(folder: Path = FOLDER) -> Loaded:
    """Bring the library to what the files say; a drill that somebody changed stays as it is, and
    one that left the files is retired. Again does nothing more."""
    return bring(shipped_drills(folder), Drill.objects.all(), "slug", SAID)


def shipped_drills(folder: Path = FOLDER) -> Iterator[Drill]:
    """The files' drills, not saved. A file is a skill, a table a drill."""
    for file in sorted(folder.glob("*.toml")):
        for slug, said in tomllib.loads(file.read_text(encoding="utf-8")).items():
            yield _drill(slug, {"skill": file.stem, **said})


def _drill(slug: str, said: dict[str, Any]) -> Drill:
    given = {
        name: float(value) if name in _NUMBERS else value.strip() if name == "text" else value
        for name, value in said.items()
    }
    if given.get("melody"):
        given["text"] = text_of(said["melody"])
    return Drill(slug=slug, **given)


@transaction.atomic
def import_drills(text: str) -> int:
    """Take drills from a file as those that ship, each naming its `skill`: one that is there
    already is changed. Says how many there were; raises ValidationError and takes none."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValidationError(
            _("This is no TOML: %(why)s.") % {"why": error}, code="unreadable"
        ) from error
    if not found:
        raise ValidationError(_("There is no drill in this file."))
    for slug, said in found.items():
        _take_in(slug, said)
    return len(found)


def _take_in(slug: str, said: Any) -> None:
    if not isinstance(said, dict) or (unknown := set(said) - set(SAID)):
        names = ", ".join(sorted(unknown)) if isinstance(said, dict) else "–"
        raise ValidationError(
            _("%(drill)s: not understood: %(names)s.") % {"drill": slug, "names": names}
        )
    try:
        new = _drill(slug, said)
        if not (isinstance(new.steps, list) and all(isinstance(one, str) for one in new.steps)):
            raise TypeError
        old = Drill.objects.filter(slug=slug).first()
        if old is not None:
            new.pk, new.shipped, new.version = old.pk, old.shipped, old.version
            new._state.adding = False
        new.full_clean()
    except (TypeError, ValueError, AttributeError) as error:
        raise ValidationError(
            _("%(drill)s: a value is of the wrong kind.") % {"drill": slug}
        ) from error
    except ValidationError as error:
        raise ValidationError(f"{slug}: {' '.join(error.messages)}") from error
    save_drill(new)


def save_drill(drill: Drill) -> Drill:
    """Save it; where what it asks has changed, as its next version."""
    before = Drill.objects.filter(pk=drill.pk).first() if drill.pk else None
    if before is not None and digest(before, SAID) != digest(drill, SAID):
        drill.version = before.version + 1
    drill.save()
    return drill
