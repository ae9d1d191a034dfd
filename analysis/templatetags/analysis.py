"""Tags of the result page."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.catalogue import entries, entry
from analysis.reading import Token
from analysis.selectors.coach import offered_to
from coaching.accounts.models import User
from config.templatetags.ui import skill_name

register = template.Library()
_LABELS = {
    "filler": gettext_lazy("filler"),
    "repetition": gettext_lazy("repetition"),
    "repair": gettext_lazy("repair"),
    "hedge": gettext_lazy("hedge"),
    "weak": gettext_lazy("weak word"),
    "absolute": gettext_lazy("absolute"),
    "swearing": gettext_lazy("swear word"),
    "grammar": gettext_lazy("grammar"),
    "inclusive": gettext_lazy("may leave somebody out"),
    "unsure": gettext_lazy("uncertain"),
}


@register.simple_tag
def token_html(token: Token) -> SafeString:
    """A word, a sound or a pause of the transcript; a click plays it (js/workspace/player.js)."""
    at = "" if token.start is None else format_html(' data-play-start="{}"', f"{token.start:.2f}")
    css = " ".join(("w" if token.kind != "pause" else "pause", *(f"is-{m}" for m in token.marks)))
    if token.kind == "pause":
        if not token.long:
            return format_html('<span class="{}"{} aria-hidden="true">·</span>', css, at)
        seconds = _("%(seconds).1f s pause") % {"seconds": token.seconds}
        return format_html('<span class="{} is-long"{}>{}</span>', css, at, seconds)
    text = f"[{token.text}]" if token.kind == "sound" else token.text
    marks = [str(_LABELS[mark]) for mark in token.marks if mark in _LABELS]
    titled = format_html(' title="{}"', ", ".join(marks).capitalize()) if marks else ""
    return format_html('<span class="{}"{}{}>{}</span>', css, at, titled, text)


@register.simple_tag
def coach_offered(user: User) -> bool:
    """Whether `user` may decide about a language model here: `{% coach_offered user as yes %}`."""
    return user.is_authenticated and offered_to(user) is not None


_GROUPS = {"close": gettext_lazy("Closing"), "coaching": gettext_lazy("Coach's notes")}
"""Parts of the document without a measure that pages explain."""


@register.filter
def metric_names(paths: list[str]) -> list[str]:
    """What a person calls the measurements at JSON Pointers, each name once."""
    return list(dict.fromkeys(_metric_name(path.strip("/").split("/")) for path in paths))


def _metric_name(keys: list[str]) -> str:
    if known := entry(".".join(keys)):
        return str(known.label)
    if keys[0] == "scores" and len(keys) > 1:
        return skill_name(keys[1])
    group = ".".join(keys[:2]) + "."
    if of_group := next((one for path, one in entries().items() if path.startswith(group)), None):
        return str(of_group.label)
    name = (keys[1:] or keys)[0]
    return str(_GROUPS.get(name) or name.replace("_", " ").capitalize())


@register.filter
def by_part(sentences: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """STAR sentences under the four parts of a story, in the story's order; one that says two of
    them stands under both."""
    names = {
        "situation": _("Situation"),
        "task": _("Task"),
        "action": _("Action"),
        "result": _("Result"),
    }
    says = [{piece["label"] for piece in one.get("clauses") or [one]} for one in sentences]
    return [
        (label, [one for one, said in zip(sentences, says, strict=True) if key in said])
        for key, label in names.items()
    ]


@register.filter
def phrase_text(phrase: Any) -> str:
    """A phrase of the job description, with or without the place where it was found."""
    return str(phrase["phrase"] if isinstance(phrase, dict) else phrase)
