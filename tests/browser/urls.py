"""The product's addresses, with those that exist in debug only and every error page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from coaching.accounts.adapter import locked_out
from config.errors import csrf_failure, error_page
from config.urls import handler400, handler403, handler404, handler429, handler500
from config.urls import urlpatterns as product

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500"]


def error(request: HttpRequest, status: int) -> HttpResponse:
    return error_page(request, status)


urlpatterns = [
    path("styleguide/", include("config.styleguide")),
    path("errors/<int:status>/", error),
    path("errors/csrf/", csrf_failure),
    path("errors/locked/", locked_out),
    *product,
]
