"""Plans in the admin, to look at: ratings and achievements are worked out, not typed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from drills.models import Achievement, DrillRating, SkillRating


class Looked(admin.ModelAdmin):
    """Every field shown, none changed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(SkillRating)
class SkillRatingAdmin(Looked):
    list_display = ("owner", "skill", "value", "variance", "count", "at")
    list_filter = ("skill",)
    list_select_related = ("owner",)
    search_fields = ("owner__email",)


@admin.register(DrillRating)
class DrillRatingAdmin(Looked):
    """How hard drills turned out, beside the level their author gave."""

    list_display = ("drill", "level", "difficulty", "attempts", "updated")
    list_filter = ("drill__skill", "drill__level")
    list_select_related = ("drill",)

    @admin.display(ordering="drill__level")
    def level(self, rating: DrillRating) -> str:
        return rating.drill.get_level_display()


@admin.register(Achievement)
class AchievementAdmin(Looked):
    list_display = ("owner", "kind", "about", "metric", "value", "previous", "earned_at")
    list_filter = ("kind",)
    list_select_related = ("owner",)
    search_fields = ("owner__email", "about")
    fields = ("owner", "kind", "about", "metric", "value", "previous", "earned_at")
