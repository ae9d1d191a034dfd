"""What of a result somebody else sees: figures, or figures and words."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, cast

from django.utils.translation import gettext as _

from analysis.coach.site import COACHING
from analysis.document import Document
from sessions.models import Grant, Session
from sessions.selectors import Viewer, sees_swearing, visible_to
from workers.engines.profanity import find, hidden_by_context, masked
from workers.engines.types import Word

_OURS = frozenset(
    {"band", "basis", "code", "curve", "elements", "kind", "kinds", "label", "measure", "missing",
     "name", "part", "position", "source", "strength", "syllables_from", "unit", "version"}
)  # fmt: skip
"""Keys whose text is a name of ours. Every other text was said, or lets it be guessed."""
_WHOLE = frozenset({"session", "transcript"})
"""Sections that quote nothing: they are read with the context they have."""


def may_see(user: Viewer, session: Session, scope: str) -> bool:
    """Whether `user` sees this session in `scope` (`transcript`, `media`)."""
    return session.owner_id == user.pk or visible_to(user, scope).filter(pk=session.pk).exists()


def for_viewer(document: Document, session: Session, user: Viewer) -> Document:
    """The document as `user` may see it: without its words where only figures were shared."""
    if not may_see(user, session, Grant.Scope.TRANSCRIPT):
        return without_words(document)
    if sees_swearing(user, session):
        return document
    hidden = hidden_by_context(document["transcript"]["text"] or "")
    return {
        name: mask(section, frozenset() if name in _WHOLE else hidden)
        for name, section in document.items()
    }


Shown = TypeVar("Shown")


def mask(found: Shown, quoted: frozenset[str] = frozenset()) -> Shown:
    """The same with the swear words of every text in it masked, and the words of `quoted`, which
    the transcript hides, too: a quotation may lack what makes them swearing. Words in a row are
    read as one text, since some are swear words only together."""
    if isinstance(found, str):
        return cast(Shown, masked(found, quoted))
    if isinstance(found, dict):
        return cast(Shown, {key: mask(value, quoted) for key, value in found.items()})
    if not isinstance(found, list) or not found:
        return found
    if not all(isinstance(one, dict) and isinstance(one.get("text"), str) for one in found):
        return cast(Shown, [mask(one, quoted) for one in found])
    texts = masked(_lines(found), quoted).split("\n")
    return cast(
        Shown,
        [{**mask(one, quoted), "text": text} for one, text in zip(found, texts, strict=True)],
    )


def newest(words: list[Word], most: int) -> list[Word]:
    """The last `most` words, less what remains of swearing that the cut would go through: without
    its beginning nobody could mask it."""
    cut = max(0, len(words) - most)
    text = _lines(words)
    start = len(_lines(words[:cut])) + 1
    over = next((place.end for place in find(text) if place.start < start < place.end), None)
    return words[cut if over is None or not cut else text.count("\n", 0, over) + 1 :]


def _lines(words: Iterable[Mapping[str, Any]]) -> str:
    return "\n".join(word["text"].replace("\n", " ") for word in words)


def without_words(document: Document) -> Document:
    """The same figures with everything that was said taken out."""
    bare = copy.deepcopy(document)
    message = _("Only the figures of this session are shared with you.")
    hidden = {
        "/transcript/text": bare["transcript"]["text"],
        COACHING: bare["content"]["coaching"],
    }
    bare["transcript"]["text"] = bare["content"]["coaching"] = None
    for name in ("words", "sentences"):
        bare["transcript"][name] = []
    bare["content"]["star"]["sentences"] = []
    for section in ("fluency", "content", "scores"):
        _drop_texts(bare[section])
    for item in bare["recommendations"]:
        _drop_texts(item["evidence"])
    bare["highlights"] = []
    bare["session"] |= {"question": "", "company": "", "job_title": ""}
    for part in bare["session"]["parts"]:
        part["question"] = ""
    bare["withheld"] += [
        {"path": path, "code": "not_shared", "message": message}
        for path, value in hidden.items()
        if value is not None
    ]
    return bare


def _drop_texts(found: Any) -> None:
    """Empty every text that is no name of ours, and every list of such texts."""
    if isinstance(found, list):
        for item in found:
            _drop_texts(item)
    elif isinstance(found, dict):
        for key, value in found.items():
            told = value if isinstance(value, list) else [value]
            if not told or not all(isinstance(one, str) for one in told):
                _drop_texts(value)
            elif key not in _OURS:
                found[key] = type(value)()
