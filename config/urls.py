"""Every page's address. `config.asgi` takes /sessions/uploads/ and /media/ before Django."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from config import devmail, health
from config.api import Schema

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("dev/mail/", devmail.mails, name="dev-mail"),
    path("dev/mail/<str:name>/", devmail.mail, name="dev-mail-detail"),
    path("api/v1/", include("config.api")),
    path("api/schema/", Schema.as_view(), name="schema"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("coaching.accounts.urls_home")),
    path("settings/", include("coaching.accounts.urls")),
    path("sessions/", include("sessions.urls")),
    path("", include("drills.urls")),
    path("prepare/", include("drills.urls_prepare")),
    path("", include("analysis.urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("styleguide/", include("config.styleguide")))

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.not_found"
handler429 = "config.errors.too_many"
handler500 = "config.errors.server_error"
