"""The product's addresses, a plain Django list of sessions, and the frame alone."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import path
from django.views.generic import ListView

from config import urls
from config.urls import handler400, handler403, handler404, handler429, handler500
from sessions.models import Session

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500"]


TABLE = """{% extends "base.html" %}{% block main %}<table>{% for session in page_obj %}<tr>
<th><a href="{{ session.get_absolute_url }}">{{ session.title }}</a></th><td>{{ session.kind }}</td>
<td>{{ session.state }}</td><td>{{ session.score }}</td><td>{{ session.duration_s }}</td>
<td>{{ session.created }}</td></tr>{% endfor %}</table>
<p>{{ page_obj.number }} / {{ page_obj.paginator.num_pages }}</p>{% endblock %}"""


class Bare(LoginRequiredMixin, ListView):
    paginate_by = 20

    def get_queryset(self) -> QuerySet[Session]:
        owner = self.request.user.pk
        return Session.objects.filter(owner=owner, deleted_at=None).order_by("-created", "id")

    def render_to_response(self, context: dict[str, Any], **_: Any) -> HttpResponse:
        return HttpResponse(PLAIN.render(context, self.request))


@login_required
def frame(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")


PLAIN = engines["django"].from_string(TABLE)
urlpatterns = [path("bare/", Bare.as_view()), path("frame/", frame), *urls.urlpatterns]
