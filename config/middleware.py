"""Small pieces around the view."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string

from config.errors import error_page


class NotAllowedPage:
    """A page for an address that only takes forms.

    Somebody lands there whose sign-in had run out when they pressed a button: signing in leads
    back to the address, without the form.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        page = error_page(request, 405)
        page["Allow"] = response["Allow"]
        return page


class NotFoundPage:
    """Our page for an address that leads nowhere also where `bin/serve` runs in debug.

    Django's own would show whoever mistypes one the map of every address.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        html = response.get("Content-Type", "").startswith("text/html")
        if settings.DEBUG and response.status_code == 404 and html:
            return error_page(request, 404)
        return response


class HtmxMessages:
    """Adds waiting messages to an HTMX answer as toasts, swapped into the page out of band.

    A redirect keeps its messages for the page it leads to; anything that is no HTML is left alone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        leaves = {"HX-Redirect", "HX-Refresh", "HX-Location"} & set(response.headers)
        if (
            not getattr(request, "htmx", False)
            or response.streaming
            or leaves
            or not 200 <= response.status_code < 300
            or not response.get("Content-Type", "").startswith("text/html")
        ):
            return response
        messages = list(get_messages(request))
        if messages:
            response.content += render_to_string(
                "components/toasts.html", {"messages": messages, "oob": True}
            ).encode()
            response.headers.pop("Content-Length", None)
        return response
