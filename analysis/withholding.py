"""Why a measurement is null: every null of the result document gets exactly one reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from workers.engines.types import Withheld, why_unsure

_GATED = (
    "/fluency/vocabulary",
    "/fluency/readability",
    "/fluency/grammar",
    "/fluency/hedges",
    "/fluency/weak_words",
    "/fluency/absolutes",
    "/fluency/non_inclusive",
    "/fluency/profanity",
    "/fluency/long_sentences",
    "/fluency/run_ons",
    "/fluency/questions",
    "/fluency/overused",
    "/content/star",
    "/content/answers",
    "/content/relevance",
    "/content/sentiment",
    "/content/job_description",
    "/content/coaching",
)
_MEASURED = ("media", "transcript", "fluency", "prosody", "body", "content", "scores")
_NOT_MEASURED_IN_MEDIA = frozenset({"kind", "container", "size_bytes", "sha256", "video", "audio"})
_LISTED = "/content/answers"
"""The one list whose items hold measurements of their own."""

Reason = tuple[str, str]
"""(code, message) of a withheld measurement."""


def pointer(*keys: str | int) -> str:
    """A JSON Pointer (RFC 6901)."""
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in keys)


def keys_of(path: str) -> list[str]:
    return [key.replace("~1", "/").replace("~0", "~") for key in path.split("/")[1:]]


def resolve(document: Any, path: str) -> Any:
    """What stands at `path`; KeyError where nothing does."""
    for key in keys_of(path):
        if isinstance(document, list) and key.isdigit() and int(key) < len(document):
            document = document[int(key)]
        elif isinstance(document, dict):
            document = document[key]
        else:
            raise KeyError(path)
    return document


def null_measurements(document: dict[str, Any]) -> Iterator[str]:
    """Paths of every null measurement, in the document's order.

    An item of a list describes what was found (a word without a time, evidence without a
    moment), so lists are not entered, except the answers, which hold measurements.
    """
    for section in _MEASURED:
        for key, value in document[section].items():
            if section == "media" and key in _NOT_MEASURED_IN_MEDIA:
                continue
            yield from _nulls(value, pointer(section, key))


def _nulls(value: Any, path: str) -> Iterator[str]:
    if value is None:
        yield path
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _nulls(inner, path + pointer(key))
    elif isinstance(value, list) and path == _LISTED:
        for index, inner in enumerate(value):
            yield from _nulls(inner, path + pointer(index))


def agree(
    document: dict[str, Any], given: list[Withheld], reason: Callable[[str], Reason]
) -> list[Withheld]:
    """One entry for each null measurement, and for each list its stage could not fill.

    `given` are the engines' own entries: one for an object speaks for the nulls in it, one for
    something that was measured after all is dropped, and a path the engine left out becomes a
    null. Where no entry speaks for a null, `reason(path)` does.
    """
    reasons: dict[str, Reason] = {}
    for entry in given:
        if entry["path"].strip("/").partition("/")[0] in _MEASURED:
            _materialise(document, entry["path"])
            reasons.setdefault(entry["path"], (entry["code"], entry["message"]))
    found = {path: _nearest(path, reasons) or reason(path) for path in null_measurements(document)}
    for path, why in reasons.items():
        for empty in _empty_lists(document, path):
            found.setdefault(empty, why)
    return [Withheld(path=path, code=why[0], message=why[1]) for path, why in found.items()]


def _materialise(document: dict[str, Any], path: str) -> None:
    """Give a withheld leaf the engine left out its null."""
    *parents, leaf = keys_of(path)
    target: Any = document
    for key in parents:
        target = target.get(key) if isinstance(target, dict) else None
    if isinstance(target, dict):
        target.setdefault(leaf, None)


def _nearest(path: str, reasons: dict[str, Reason]) -> Reason | None:
    """The entry for `path`, else for a leaf that would stand in it, for the value it
    belongs to (a score's reliability), or for what it stands in."""
    *parents, _leaf = keys_of(path)
    if path in reasons:
        return reasons[path]
    if inner := next((p for p in reasons if p.startswith(path + "/")), None):
        return reasons[inner]
    if (why := reasons.get(pointer(*parents, "value"))) is not None:
        return why
    for depth in range(len(parents), 0, -1):
        if (why := reasons.get(pointer(*parents[:depth]))) is not None:
            return why
    return None


def _empty_lists(document: dict[str, Any], path: str) -> Iterator[str]:
    try:
        value = resolve(document, path)
    except KeyError:
        return
    if value == []:
        yield path
    elif isinstance(value, dict):
        for key, inner in value.items():
            if inner == []:
                yield path + pointer(key)


def gate_is_closed(transcript: dict[str, Any]) -> bool:
    """Whether the words are too uncertain to say anything that depends on them exactly."""
    return transcript.get("reliability") is not None and why_unsure(transcript) is not None


def is_gated(path: str) -> bool:
    return any(path == gated or path.startswith(gated + "/") for gated in _GATED)


def close_gate(document: dict[str, Any]) -> list[str]:
    """Empty whatever depends on exact words; the paths that an engine had let through.

    The engines withhold these themselves: this is the lock behind them, so that a number read
    off words nobody said never reaches a person.
    """
    leaked = [path for path in _GATED if _empty_at(document, path)]
    fillers = document["fluency"]["fillers"]
    from_sound = [item for item in fillers["items"] if item.get("source") != "word"]
    if len(from_sound) < len(fillers["items"]):
        _clear(fillers)
        fillers["items"] = from_sound
        leaked.append("/fluency/fillers")
    return leaked


def _empty_at(document: dict[str, Any], path: str) -> bool:
    """Make what stands at `path` null or empty; whether it held anything."""
    *parents, leaf = keys_of(path)
    holder = resolve(document, pointer(*parents))
    value = holder.get(leaf)
    if isinstance(value, dict):
        return _clear(value)
    if path == _LISTED:
        cleared = [_clear(answer, keep=("part", "question")) for answer in value or []]
        return any(cleared)
    if value in (None, []):
        return False
    holder[leaf] = [] if isinstance(value, list) else None
    return True


def _clear(holder: dict[str, Any], keep: tuple[str, ...] = ()) -> bool:
    """Make every leaf below `holder` null or empty; whether one held anything."""
    held = False
    for key, value in holder.items():
        if key in keep or value in (None, []):
            continue
        if isinstance(value, dict):
            held = _clear(value) or held
        else:
            holder[key] = [] if isinstance(value, list) else None
            held = True
    return held
