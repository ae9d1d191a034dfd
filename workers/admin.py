"""How right the measurements are: evaluation runs of this installation, and the kept history."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from analysis.admin import ReadOnly
from workers.evaluations import HEIGHT, WIDTH, figures_of, histories
from workers.models import EvaluationRun
from workers.training.registry import listed
from workers.training.trainers import TRAINERS


@admin.register(EvaluationRun)
class EvaluationRunAdmin(ReadOnly):
    list_display = ("suite", "part", "created", "engine", "commit", "reached")
    list_filter = ("suite", "part")
    date_hierarchy = "created"
    exclude = ("figures",)

    @admin.display(description=_("targets reached"))
    def reached(self, run: EvaluationRun) -> str:
        aimed = [figure for figure in figures_of(run) if figure.met is not None]
        return f"{sum(figure.met is True for figure in aimed)} / {len(aimed)}"

    def get_urls(self) -> list[URLPattern]:
        figures = self.admin_site.admin_view(self.history_of_figures)
        models = self.admin_site.admin_view(self.trained_models)
        return [
            path("history/", figures, name="workers_evaluationrun_figures"),
            path("models/", models, name="workers_evaluationrun_models"),
            *super().get_urls(),
        ]

    def _check(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def trained_models(self, request: HttpRequest) -> TemplateResponse:
        """Our own models on this machine: which version is in production, and what is wrong."""
        self._check(request)
        root = Path(settings.MODELS_DIR)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Trained models"),
            "rows": [row for name in sorted(TRAINERS) for row in listed(root, name)],
        }
        return TemplateResponse(request, "admin/workers/models.html", context)

    def history_of_figures(self, request: HttpRequest) -> TemplateResponse:
        """The kept history of each figure: its target, its latest value, its way there."""
        self._check(request)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("History of each figure"),
            "histories": histories(),
            "width": WIDTH,
            "height": HEIGHT,
        }
        return TemplateResponse(request, "admin/workers/history.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        run = self.get_object(request, object_id)
        shown = {**(extra_context or {}), "figures": figures_of(run) if run else []}
        return super().change_view(request, object_id, form_url, shown)
