"""`/api/v1/`: what each app's `api.ROUTES` registers, as (prefix, viewset, basename).

By name, since `config` lies below the apps (docs/architecture.md).
"""

from __future__ import annotations

from importlib.util import find_spec

from django.utils.module_loading import import_string
from rest_framework.routers import DefaultRouter

router = DefaultRouter()
for app in ("sessions", "analysis"):
    if find_spec(f"{app}.api"):
        for prefix, viewset, basename in import_string(f"{app}.api.ROUTES"):
            router.register(prefix, viewset, basename)

urlpatterns = router.urls
