"""A learner's own plan for `/api/v1/plan/`: what comes next and why, the goal, the ratings."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as Refused
from django.http import Http404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from coaching.accounts.models import User
from drills import saying, services
from drills.models import Drill, PlanSettings, SkillWish
from drills.selectors import plan as selectors

NEXT = 10


class PlanSettingsSerializer(serializers.ModelSerializer):
    """`goal` a day in `unit`; `rest_days` are weekdays, 0 is Monday."""

    rest_days = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=6), max_length=7
    )

    class Meta:
        model = PlanSettings
        fields = ("unit", "goal", "rest_days", "camera")


class WishSerializer(serializers.Serializer):
    """`wish`: empty (as the plan says), `focus` or `leave_out`; `level` 1 to 3, or null."""

    wish = serializers.ChoiceField(choices=SkillWish.Wish.choices, allow_blank=True, default="")
    level = serializers.ChoiceField(choices=Drill.Level.choices, allow_null=True, default=None)


def _plan(user: User) -> dict[str, Any]:
    at = timezone.now()
    learner, habits = selectors.known(user, at=at), selectors.habits(user, at=at)
    return {
        "next": [
            {
                "drill": one.drill.slug, "skill": one.skill.value, "level": one.drill.level,
                "chance": round(one.chance, 3), "why": saying.why(one),
                "reasons": [{"code": each.code, **each.params} for each in one.reasons],
            }
            for one in selectors.ranked(user, at=at, learner=learner)[:NEXT]
        ],
        "today": {"done": habits.done, "is_reached": habits.is_reached},
        "streak": {
            "days": habits.streak.days, "longest": habits.streak.longest,
            "today": habits.streak.today, "at_risk": habits.streak.at_risk,
            "goal_days": habits.goal_days,
        },
        "settings": PlanSettingsSerializer(habits.settings).data,
        "skills": [
            {
                "skill": one.skill.value, "rating": round(one.rating.value, 3),
                "deviation": round(one.rating.deviation, 3), "attempts": one.rating.count,
                "band": one.band if one.rating.count else None, "scored": one.scored,
                "wish": one.wish.wish, "level": one.wish.level,
            }
            for one in selectors.skills(user, learner, at=at)
        ],
        "achievements": [
            {
                "kind": one.kind, "about": one.about, "session": one.session_id,
                "metric": one.metric, "value": one.value, "previous": one.previous,
                "earned_at": one.earned_at, "title": saying.achieved(one)[0],
            }
            for one in selectors.achievements(user)[: selectors.SHOWN]
        ],
    }  # fmt: skip


def _user(request: Request) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the API lets nobody else in
    return request.user


class PlanView(APIView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """What comes next and why, today's goal, the streak, ratings (logits), achievements."""
        return Response(_plan(_user(request)))


class PlanSettingsView(APIView):
    @extend_schema(responses=PlanSettingsSerializer)
    def get(self, request: Request) -> Response:
        """The daily goal, rest days, and whether drills with camera are offered."""
        return Response(PlanSettingsSerializer(selectors.settings_of(_user(request))).data)

    @extend_schema(request=PlanSettingsSerializer(partial=True), responses=PlanSettingsSerializer)
    def patch(self, request: Request) -> Response:
        """Change what is given; with another goal the days of goal begin anew."""
        given = PlanSettingsSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        try:
            found = services.set_goal(owner=_user(request), **given.validated_data)
        except Refused as refusal:
            raise ValidationError(refusal.message_dict) from refusal
        return Response(PlanSettingsSerializer(found).data)


class PlanSkillView(APIView):
    @extend_schema(request=WishSerializer, responses=WishSerializer)
    def put(self, request: Request, skill: str) -> Response:
        """Focus on a skill, leave it out, or choose its level."""
        if skill not in Drill.Skill.values:
            raise Http404(_("There is no such skill."))
        given = WishSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        found = services.set_wish(owner=_user(request), skill=skill, **given.validated_data)
        return Response({"wish": found.wish, "level": found.level})


VIEWS = (
    path("plan/", PlanView.as_view(), name="plan"),
    path("plan/settings/", PlanSettingsView.as_view(), name="plan-settings"),
    path("plan/skills/<slug:skill>/", PlanSkillView.as_view(), name="plan-skill"),
)
