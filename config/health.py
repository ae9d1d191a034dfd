"""Is the process alive, can it do its work, and what does it measure."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from ipaddress import ip_address

import dramatiq
import pika
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

log = logging.getLogger(__name__)


def check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def check_broker() -> None:
    """Reach Redis; or RabbitMQ, anew each time: a connection that is kept does not see it go."""
    broker = dramatiq.get_broker()
    client = getattr(broker, "client", None)
    if client is not None:
        client.ping()
    else:
        pika.BlockingConnection(broker.parameters).close()


def check_storage() -> None:
    """Write and remove a small object: a full disk or a bucket without rights must show."""
    key = default_storage.save(f"ready/{secrets.token_hex(8)}", ContentFile(b"ready"))
    default_storage.delete(key)


CHECKS: dict[str, Callable[[], None]] = {
    "database": check_database,
    "broker": check_broker,
    "storage": check_storage,
}


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Each part by name, `ok` or `failed`; 503 where one fails. The reason goes to the log."""
    parts: dict[str, str] = {}
    for name, check in CHECKS.items():
        try:
            check()
            parts[name] = "ok"
        except Exception:
            log.exception("not ready: %s", name)
            parts[name] = "failed"
    ready = all(state == "ok" for state in parts.values())
    status = {"status": "ok" if ready else "failed", **parts}
    return JsonResponse(status, status=200 if ready else 503)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text, for the bearer of ROSTRUM_METRICS_TOKEN, else for this machine alone."""
    if not _may_read_metrics(request):
        return HttpResponseForbidden("Set ROSTRUM_METRICS_TOKEN and send it as a bearer token.\n")
    return ExportToDjangoView(request)


def _may_read_metrics(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    if token:
        return secrets.compare_digest(
            request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()
        )
    if "X-Forwarded-For" in request.headers:  # came through a proxy: the address is the proxy's
        return False
    address = request.META.get("REMOTE_ADDR", "")
    # a server on a Unix socket has no address for its client
    return settings.DEBUG or (bool(address) and ip_address(address).is_loopback)
