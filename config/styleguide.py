"""/styleguide/ in debug: every component in every state."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from config.templatetags.ui import ICONS, SKILLS, STATES


def styleguide(request: HttpRequest) -> HttpResponse:
    values = dict(zip(SKILLS, (74, 61, 82, 58, 69, 88, None, 47), strict=True))
    return render(
        request,
        "styleguide.html",
        {
            "skills": values.items(),
            "states": list(STATES),
            "icons": sorted(file.stem for file in ICONS.glob("*.svg")),
            "page": Paginator(range(240), 12).page(4),
        },
    )


urlpatterns = [path("", styleguide, name="styleguide")]
