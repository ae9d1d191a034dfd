"""Recommendations and skills for `/api/v1/`, over the same services as the pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from drills import services
from drills.models import Drill, Recommendation
from drills.selectors import skills as read
from drills.selectors.drills import library
from drills.selectors.recommendations import (
    CONSIDERED,
    Advised,
    own_recommendation,
    own_recommendations,
    recommended,
    shown_as,
    skill_url,
)
from drills.services.recommendations import SNOOZES
from drills.skills import ABOUT
from sessions.models import Session

MOST_OPEN = 20


class MomentSerializer(serializers.Serializer):
    start = serializers.FloatField(help_text="Seconds on the recording's clock.")
    end = serializers.FloatField(allow_null=True)
    text = serializers.CharField()


class RecommendationSerializer(serializers.ModelSerializer):
    """`title`, `why` and `url` (where it leads) are null for what cannot be done any more."""

    moments = MomentSerializer(many=True, read_only=True)
    title = serializers.SerializerMethodField()
    why = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()

    class Meta:
        model = Recommendation
        fields = (
            "id", "session", "run", "kind", "target", "skill", "code", "params", "title", "why",
            "url", "moments", "measure", "value", "points", "scenario", "state", "snoozed_until",
            "answered_at", "practised_at",
        )  # fmt: skip

    def get_title(self, one: Recommendation) -> str | None:
        found = self._shown(one)
        return found.words.title if found else None

    def get_why(self, one: Recommendation) -> str | None:
        found = self._shown(one)
        return found.words.why if found else None

    def get_url(self, one: Recommendation) -> str | None:
        found = self._shown(one)
        return found.url if found else None

    def _shown(self, one: Recommendation) -> Advised | None:
        known: dict[Any, Advised] = self.context["shown"]
        return known.get(one.pk)


class SnoozeSerializer(serializers.Serializer):
    days = serializers.ChoiceField(SNOOZES, default=SNOOZES[0])


class RecommendationFilter(django_filters.FilterSet):
    session = django_filters.UUIDFilter(field_name="session_id")

    class Meta:
        model = Recommendation
        fields = ("state", "kind", "skill")


class RecommendationViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """What you were advised from your own practices, the newest practice first; with `open=1`
    what of it is worth doing now, the first first, as the pages rank it."""

    serializer_class = RecommendationSerializer
    queryset = Recommendation.objects.none()
    filter_backends = (DjangoFilterBackend,)
    filterset_class = RecommendationFilter

    def get_queryset(self) -> QuerySet[Recommendation]:
        found = own_recommendations(self.request.user).select_related("session")
        return found.order_by("-practised_at", "kind", "pk")

    @extend_schema(
        parameters=[
            OpenApiParameter("open", OpenApiTypes.BOOL, description="What is worth doing now.")
        ]
    )
    def list(self, request: Request, *args: Any, **options: Any) -> Response:
        if request.query_params.get("open") in {"1", "true"}:
            ranked = recommended(request.user, at=timezone.now(), limit=CONSIDERED)
            found = [one.recommendation for one in ranked]
            asked = self.get_queryset().filter(pk__in=[one.pk for one in found])
            kept = set(self.filter_queryset(asked).values_list("pk", flat=True))
            rows = _told([one for one in found if one.pk in kept][:MOST_OPEN])
            return Response({"count": len(rows), "next": None, "previous": None, "results": rows})
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(_told(page or []))

    @extend_schema(responses=RecommendationSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(_told([self._own(pk)])[0])

    @extend_schema(request=None, responses=RecommendationSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Take it on."""
        return self._answer(pk, services.accept)

    @extend_schema(request=SnoozeSerializer, responses=RecommendationSerializer)
    @action(detail=True, methods=["post"])
    def snooze(self, request: Request, pk: str) -> Response:
        """Put it off for a day or a week."""
        given = SnoozeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return self._answer(pk, services.snooze, days=given.validated_data["days"])

    @extend_schema(request=None, responses=RecommendationSerializer)
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: str) -> Response:
        """Put it away; less of its kind is proposed."""
        return self._answer(pk, services.dismiss)

    @extend_schema(request=None, responses=RecommendationSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Take the answer back."""
        return self._answer(pk, services.take_back)

    def _answer(self, pk: str, service: Callable[..., Recommendation], **more: Any) -> Response:
        return Response(_told([service(recommendation=self._own(pk), **more)])[0])

    def _own(self, pk: str) -> Recommendation:
        return own_recommendation(self.request.user, pk)


def _told(found: Sequence[Recommendation]) -> list[dict[str, Any]]:
    shown = {one.recommendation.pk: one for one in shown_as(found)}
    return list(RecommendationSerializer(found, many=True, context={"shown": shown}).data)


class SkillSerializer(serializers.Serializer):
    skill = serializers.ChoiceField(Drill.Skill.choices)
    name = serializers.CharField()
    score = serializers.CharField(help_text="The score of the result that it counts in.")
    measure = serializers.CharField(help_text="The path of the result document it is followed by.")
    what = serializers.CharField()
    why = serializers.CharField()
    url = serializers.CharField()


class SkillPointSerializer(serializers.Serializer):
    session = serializers.UUIDField(source="practice.session.pk")
    at = serializers.DateTimeField(source="practice.at")
    value = serializers.FloatField(help_text="In the measure's unit.")


class SkillDetailSerializer(SkillSerializer):
    scenario = serializers.CharField(help_text="The kind of talk of these points.")
    scenarios = serializers.ListField(child=serializers.CharField())
    good = serializers.ListField(
        child=serializers.FloatField(allow_null=True),
        allow_null=True,
        help_text="[low, high] of the range that scores well; null: open to that side.",
    )
    points = SkillPointSerializer(many=True, help_text="Oldest first, of full listed practices.")
    drills = serializers.ListField(child=serializers.CharField())


class SkillViewSet(viewsets.ViewSet):
    """The skills that drills train, and how yours moved."""

    serializer_class = SkillSerializer

    @extend_schema(responses=SkillSerializer(many=True))
    def list(self, request: Request) -> Response:
        rows = [_about(skill) for skill in Drill.Skill.values]
        return Response(SkillSerializer(rows, many=True).data)

    @extend_schema(
        parameters=[
            OpenApiParameter("id", str, OpenApiParameter.PATH, enum=Drill.Skill.values),
            OpenApiParameter("scenario", str, enum=Session.Kind.values),
        ],
        responses=SkillDetailSerializer,
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        """Of one kind of talk at a time: `scenario`, else that of the newest practice."""
        if pk not in ABOUT:
            raise Http404(_("There is no such skill."))
        found = read.practices(request.user)
        kinds = read.scenarios(found)
        asked = request.query_params.get("scenario", "")
        chosen = asked if asked in kinds else next(iter(kinds), "")
        of_kind = [one for one in found if one.scenario == chosen]
        _moments, good = read.heard(pk, of_kind)
        told = _about(pk) | {
            "scenario": chosen,
            "scenarios": kinds,
            "good": good,
            "points": read.line(ABOUT[pk].measure, of_kind),
            "drills": [one.slug for one in library(skill=pk)],
        }
        return Response(SkillDetailSerializer(told).data)


def _about(skill: str) -> dict[str, Any]:
    about = ABOUT[skill]
    return {
        "skill": skill,
        "name": Drill.Skill(skill).label,
        "score": about.score,
        "measure": about.measure,
        "what": about.what,
        "why": about.why,
        "url": skill_url(skill),
    }


ROUTES = (
    ("recommendations", RecommendationViewSet, "recommendation"),
    ("skills", SkillViewSet, "skill"),
)
