"""`/api/v1/`: what each app's `api.ROUTES` registers, as (prefix, viewset, basename), and the
addresses of its `api.VIEWS`.

By name, since `config` lies below the apps (docs/architecture.md).
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import DefaultRouter
from rest_framework.throttling import ScopedRateThrottle


class Schema(SpectacularAPIView):
    """The OpenAPI document: the code is open, so it is, and it is the same for everybody."""

    authentication_classes = ()
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "schema"


router = DefaultRouter()
urlpatterns: list[URLPattern | URLResolver] = []
for app in ("sessions", "analysis", "drills"):
    if find_spec(f"{app}.api"):
        api = import_module(f"{app}.api")
        urlpatterns += getattr(api, "VIEWS", ())
        for prefix, viewset, basename in api.ROUTES:
            router.register(prefix, viewset, basename)
urlpatterns += router.urls
