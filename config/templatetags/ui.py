"""The design system's tags: icons, badges, scores, evidence.

`{% load ui %}`; the styleguide (/styleguide/) shows each. An unknown icon fails when the template
is compiled, so no page ships without it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm
from django.template.base import Parser, TextNode, Token
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

register = template.Library()
ICONS = Path(settings.BASE_DIR) / "static" / "vendor" / "lucide"

SKILLS = {
    "pace": (gettext_lazy("Pace"), "gauge"),
    "pauses": (gettext_lazy("Pauses"), "pause"),
    "fluency": (gettext_lazy("Fluency"), "waves"),
    "vocal_variety": (gettext_lazy("Vocal variety"), "audio-lines"),
    "clarity": (gettext_lazy("Clarity"), "speech"),
    "presence": (gettext_lazy("Presence"), "person-standing"),
    "structure": (gettext_lazy("Structure"), "list-checks"),
    "content": (gettext_lazy("Content"), "file-text"),
}
"""Key, name and icon of each skill; its colour is the CSS class `skill--KEY`."""

STATES = {
    "draft": (gettext_lazy("Draft"), "pencil"),
    "uploading": (gettext_lazy("Uploading"), "upload"),
    "queued": (gettext_lazy("Waiting"), "hourglass"),
    "waiting": (gettext_lazy("Waiting"), "hourglass"),
    "analysing": (gettext_lazy("Analysing"), "audio-lines"),
    "running": (gettext_lazy("Running"), "audio-lines"),
    "ready": (gettext_lazy("Ready"), "circle-check"),
    "done": (gettext_lazy("Done"), "circle-check"),
    "partial": (gettext_lazy("Partly ready"), "circle-dashed"),
    "skipped": (gettext_lazy("Skipped"), "minus"),
    "failed": (gettext_lazy("Failed"), "circle-alert"),
    "cancelled": (gettext_lazy("Cancelled"), "ban"),
    "deleted": (gettext_lazy("Deleted"), "trash-2"),
}
"""Name and icon of each session, run and stage state (DESIGN.md section 6)."""


@cache
def icon_paths(name: str) -> str:
    """The drawing inside one vendored SVG file; raises for a name that is not vendored."""
    file = ICONS / f"{name}.svg"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not file.is_file():
        raise template.TemplateSyntaxError(f"No icon is called {name!r} (static/vendor/lucide).")
    inside = re.search(r"<svg[^>]*>(.*)</svg>", file.read_text(), re.DOTALL)
    if inside is None:
        raise template.TemplateSyntaxError(f"{file.name} holds no drawing.")
    return re.sub(r"\s+", " ", inside.group(1)).strip()


@cache
def _drawn(name: str, css: str) -> tuple[str, str]:
    """What comes before and after an icon's naming attributes; a list draws a hundred of them."""
    before = format_html(
        '<svg class="{}" viewBox="0 0 24 24" width="24" height="24" fill="none" '
        'stroke="currentColor" stroke-width="1.75" stroke-linecap="round" '
        'stroke-linejoin="round" focusable="false" ',
        f"icon {css}".strip(),
    )
    return before, f">{icon_paths(name)}</svg>"


def icon_svg(name: str, label: str = "", css: str = "") -> SafeString:
    """An inline icon: decorative, or with an accessible name where `label` is given."""
    before, after = _drawn(name, css)
    naming = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    # escaped where it was made; the drawing is a vendored file, held by its hash
    return mark_safe(before + naming + after)  # noqa: S308


class IconNode(template.Node):
    def __init__(self, name: Any, options: dict[str, Any]) -> None:
        self.name, self.options = name, options

    def render(self, context: template.Context) -> SafeString:
        options = {key: str(value.resolve(context)) for key, value in self.options.items()}
        return icon_svg(str(self.name.resolve(context)), **options)


@register.tag
def icon(parser: Parser, token: Token) -> template.Node:
    """`{% icon "play" %}`, `{% icon name label=_("Play") css="icon--large" %}`."""
    _tag, name, *rest = token.split_contents()
    if name[0] in "\"'":
        drawn = icon_svg(name.strip("\"'"))
        if not rest:
            return TextNode(drawn)  # once when the template is compiled, not once a row
    pairs = (part.partition("=") for part in rest)
    options = {key: parser.compile_filter(value) for key, _eq, value in pairs}
    if not options.keys() <= {"label", "css"}:
        raise template.TemplateSyntaxError("icon takes label= and css= besides its name.")
    return IconNode(parser.compile_filter(name), options)


@register.simple_tag
def state_badge(state: str, label: str = "") -> SafeString:
    """A session's, run's or stage's state: `{% state_badge session.state %}`."""
    name, icon_name = STATES.get(state, (state, "circle"))
    return format_html(
        '<span class="badge badge--{}">{}{}</span>', state, icon_svg(icon_name), label or name
    )


@register.filter
def clock(seconds: float | None) -> str:
    """Seconds as 0:07, 12:40 or 1:02:03; a dash where there is none."""
    if seconds is None:
        return "–"
    whole = max(0, int(float(seconds)))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


@register.filter
def skill_name(key: str) -> str:
    return str(SKILLS[key][0]) if key in SKILLS else key.replace("_", " ").capitalize()


@register.filter
def skill_icon(key: str) -> str:
    return SKILLS[key][1] if key in SKILLS else "circle"


@register.filter
def without_placeholders(form: BaseForm) -> BaseForm:
    """A form whose labels speak for themselves (allauth repeats them inside the fields)."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
    return form


@register.inclusion_tag("components/score_ring.html")
def score_ring(value: float | None, label: str = "", skill: str = "") -> dict[str, Any]:
    """A score 0-100 as a figure in a ring; `None` draws an empty ring and a dash."""
    length = 2 * 3.14159 * 52
    part = 0.0 if value is None else max(0.0, min(100.0, float(value))) / 100
    return {
        "value": value,
        "label": label or _("Score"),
        "skill": skill,
        "dash": f"{part * length:.1f} {length:.1f}",
    }


@register.inclusion_tag("components/skill_meter.html")
def skill_meter(skill: str, value: float | None, note: str = "") -> dict[str, Any]:
    """A skill's score as name, bar and figure in that skill's own colour."""
    return {"skill": skill, "value": value, "note": note}


@register.inclusion_tag("components/evidence.html", takes_context=True)
def evidence(
    context: template.Context, start: float, end: float | None = None, text: str = ""
) -> dict[str, Any]:
    """A chip that plays a moment: the player listens for clicks on [data-play-start].

    On a page whose `player` is None it only says when the moment was.
    """
    plays = context.get("player", True) is not None
    return {"start": start, "end": end, "text": text, "plays": plays}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page[Any]) -> dict[str, Any]:
    """Previous, numbers and next of a Django page; keeps the other query parameters."""
    return {
        "page": page,
        "numbers": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "ellipsis": page.paginator.ELLIPSIS,
        "query": context["request"].GET,
    }


@register.inclusion_tag("components/empty.html")
def empty(icon: str, title: str, text: str = "", url: str = "", action: str = "") -> dict[str, str]:
    """What a list says when it has nothing: what would be here, and the next step."""
    return {"icon": icon, "title": title, "text": text, "url": url, "action": action}
