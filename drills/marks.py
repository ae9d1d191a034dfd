"""What a drill measures, its mark in words, and what a value is worth against it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.catalogue import Entry, entries
from analysis.catalogue.entry import bands
from analysis.targets import range_in_words

_EDGE_HOW = gettext_lazy("From the words of its sentences, by a small model; from 50 words.")
_EDGES = (
    Entry(
        path="content.opening.value",
        label=gettext_lazy("Opening"), unit="%", is_share=True, sure="medium",
        what=gettext_lazy("How much your first sentences make one want to hear the next."),
        how=_EDGE_HOW, why=gettext_lazy("Listeners decide early whether to go on listening."),
        not_said=gettext_lazy("Whether what it promises is kept."),
        says=bands(
            (0.35, gettext_lazy("The opening warms up before it says anything.")),
            (0.6, gettext_lazy("The opening is plain: it can start later.")),
            (None, gettext_lazy("The opening has something to hold on to.")),
        ),
    ),
    Entry(
        path="content.close.value",
        label=gettext_lazy("Close"), unit="%", is_share=True, sure="medium",
        what=gettext_lazy("How clearly your last sentences end it."),
        how=_EDGE_HOW, why=gettext_lazy("What is said last is what is remembered."),
        not_said=gettext_lazy("Whether anybody will do it."),
        says=bands(
            (0.35, gettext_lazy("It stops without ending.")),
            (0.6, gettext_lazy("The end is plain: it could ask for something.")),
            (None, gettext_lazy("It ends on purpose.")),
        ),
    ),
)  # fmt: skip
"""Measures of the document that its own page shows in sentences and not among the figures."""
MELODY_MATCH = "drill.melody_match"
_OWN = (
    Entry(
        path=MELODY_MATCH,
        label=gettext_lazy("Melody match"), unit="%", is_share=True, sure="medium",
        what=gettext_lazy("How near your melody came to the one to imitate, in shape and in size."),
        how=gettext_lazy(
            "The concordance of both contours in semitones, your own level taken out: 100 % is the "
            "same movement, half or twice as much of it 80 %, another or none 0."
        ),
        why=gettext_lazy("Melody tells listeners what is new, what is asked and what is done."),
        not_said=gettext_lazy("Whether your voice is high or low, or pleasant."),
        says=bands(
            (0.3, gettext_lazy("Your melody went its own way: %(value)s %% of the model's.")),
            (0.6, gettext_lazy("You can hear the model in your melody: %(value)s %% of it.")),
            (0.8, gettext_lazy("Your melody is close to the model's: %(value)s %% of it.")),
            (None, gettext_lazy("Your melody is the model's, nearly to the note: %(value)s %%.")),
        ),
    ),
)  # fmt: skip
"""What drills measure by themselves, from what an analysis left."""
_MORE = {entry.path: entry for entry in (*_EDGES, *_OWN)}


def measure(path: str) -> Entry | None:
    """What is known of a measure that a drill may ask for."""
    return entries().get(path) or _MORE.get(path)


def measures() -> list[tuple[str, str]]:
    """(path, name) of each, for a choice."""
    known = [*entries().values(), *_MORE.values()]
    return [(entry.path, f"{entry.label} ({entry.path})") for entry in known]


def mark_in_words(path: str, low: float | None, high: float | None) -> str:
    """“Speaking rate: 120 to 150 words/min”."""
    entry = measure(path)
    if entry is None:
        return ""
    if high == 0:
        return _("%(measure)s: none") % {"measure": entry.label}
    return f"{entry.label}: {range_in_words(entry, low, high)}"


def value_in_words(path: str, value: float) -> str:
    """The measure as the result page says it, or its name and figure."""
    entry = measure(path)
    if entry is None:
        return ""
    return entry.say(value) or f"{entry.label}: {entry.figure(value)} {entry.unit}".strip()


def figure(path: str, value: float) -> str:
    entry = measure(path)
    return f"{entry.figure(value)} {entry.unit}".strip() if entry else f"{value:g}"


def beyond(value: float, low: float | None, high: float | None) -> float:
    """How far `value` lies under the mark (negative) or over it; 0 within."""
    if low is not None and value < low:
        return value - low
    if high is not None and value > high:
        return value - high
    return 0.0


def points(value: float, low: float | None, high: float | None, falloff: float) -> float:
    """100 within the mark, less in proportion outside, 0 from `falloff` away."""
    return round(100 * max(0.0, 1 - abs(beyond(value, low, high)) / falloff), 1)
