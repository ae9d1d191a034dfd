"""Drills, what was reached in them, and real interviews beside their preparation for `/api/v1/`,
to read; recording is the studio's. With what `drills.api_advice` has."""

from __future__ import annotations

from typing import ClassVar

import django_filters
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import serializers, viewsets

from coaching.accounts.models import User
from drills import api_advice, api_plan
from drills.marks import mark_in_words
from drills.models import Attempt, Comparison, Drill
from drills.selectors.comparisons import own_comparisons
from drills.selectors.drills import kept_attempts


class DrillSerializer(serializers.ModelSerializer):
    url = serializers.CharField(source="get_absolute_url", read_only=True)
    mark = serializers.SerializerMethodField(help_text="The mark in words and units.")

    class Meta:
        model = Drill
        fields = (
            "slug", "url", "title", "skill", "level", "kind", "goal", "steps", "example", "prompt",
            "text", "melody", "metric", "low", "high", "mark", "seconds", "version",
        )  # fmt: skip

    def get_mark(self, drill: Drill) -> str:
        return mark_in_words(drill.metric, drill.low, drill.high)


class AttemptSerializer(serializers.ModelSerializer):
    """`reading` is `[kind, written, heard]` for each word: same, slurred, skipped, added, changed.
    `imitated` holds the melody that was the model and the learner's, in semitones."""

    session = serializers.UUIDField(source="pk", read_only=True)
    drill = serializers.CharField(source="drill.slug", read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Attempt
        fields = (
            "session", "url", "drill", "version", "state", "metric", "low", "high", "value",
            "passed", "score", "why", "reading", "imitated", "created",
        )  # fmt: skip


class ComparisonSerializer(serializers.ModelSerializer):
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Comparison
        fields = ("id", "url", "preparation", "session", "state", "run", "result", "created")
        read_only_fields = fields


class DrillViewSet(viewsets.ReadOnlyModelViewSet):
    """Those in use."""

    queryset = Drill.objects.filter(is_active=True)
    serializer_class = DrillSerializer
    lookup_field = "slug"
    filter_backends = (DjangoFilterBackend,)
    filterset_fields: ClassVar[list[str]] = ["skill", "level", "kind"]


class AttemptViewSet(viewsets.ReadOnlyModelViewSet):
    """Your own, the newest first."""

    serializer_class = AttemptSerializer
    filter_backends = (DjangoFilterBackend,)
    filterset_fields: ClassVar[dict[str, list[str]]] = {
        "drill__slug": ["exact"],
        "state": ["exact"],
    }
    queryset = Attempt.objects.none()

    def get_queryset(self) -> QuerySet[Attempt]:
        return kept_attempts(self.request.user).select_related("drill").order_by("-created", "-pk")


class ComparisonFilter(django_filters.FilterSet):
    """By ids as they are given: nobody learns whether another's exists."""

    preparation = django_filters.UUIDFilter(field_name="preparation_id")
    session = django_filters.UUIDFilter(field_name="session_id")

    class Meta:
        model = Comparison
        fields = ("state",)


class ComparisonViewSet(viewsets.ReadOnlyModelViewSet):
    """Your real interviews beside their preparation, the newest first (docs/preparation.md)."""

    serializer_class = ComparisonSerializer
    filter_backends = (DjangoFilterBackend,)
    filterset_class = ComparisonFilter
    queryset = Comparison.objects.none()

    def get_queryset(self) -> QuerySet[Comparison]:
        user = self.request.user
        return own_comparisons(user) if isinstance(user, User) else Comparison.objects.none()


ROUTES = (
    ("comparisons", ComparisonViewSet, "comparison"),
    ("drills", DrillViewSet, "drill"),
    ("drill-attempts", AttemptViewSet, "drill-attempt"),
    *api_advice.ROUTES,
)
VIEWS = api_plan.VIEWS
