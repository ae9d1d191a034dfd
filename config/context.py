"""What every page's frame needs: the theme, the destinations, where we are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

THEMES = ("system", "light", "dark")
THEME_COOKIE = "theme"


@dataclass(frozen=True)
class Destination:
    """One entry of the rail and the bottom bar; shown once its URL name exists."""

    name: str
    url_name: str
    icon: str
    label: str | Promise


DESTINATIONS = (
    Destination("practise", "sessions:new", "mic", _("Practise")),
    Destination("sessions", "sessions:list", "library", _("Sessions")),
    Destination("drills", "drills:list", "dumbbell", _("Drills")),
    Destination("progress", "drills:skills", "chart-line", _("Progress")),
)
"""In the order of the bar; More is added by the template."""


def theme_of(request: HttpRequest) -> str:
    """The cookie of this browser first, then what the account remembers."""
    chosen = request.COOKIES.get(THEME_COOKIE) or getattr(request.user, "theme", "system")
    return chosen if chosen in THEMES else "system"


class Entry(TypedDict):
    destination: Destination
    url: str
    current: bool


def destinations(path: str) -> list[Entry]:
    """Destinations that exist, the current one marked: the longest address that starts `path`."""
    found: list[Entry] = []
    for destination in DESTINATIONS:
        try:
            url = reverse(destination.url_name)
        except NoReverseMatch:
            continue
        found.append({"destination": destination, "url": url, "current": False})
    here = [item for item in found if path.startswith(item["url"])]
    if here:
        max(here, key=lambda item: len(item["url"]))["current"] = True
    return found


def after_sign_in() -> str:
    """Where somebody goes who just signed in: their sessions."""
    return reverse(settings.LOGIN_REDIRECT_URL)


def shell(request: HttpRequest) -> dict[str, Any]:
    return {
        "theme": theme_of(request),
        "destinations": destinations(request.path),
        "guest_days": settings.GUEST_DAYS,
    }
