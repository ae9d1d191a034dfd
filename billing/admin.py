"""Plans, subscriptions and usage in the admin."""

from django.contrib import admin
from django.http import HttpRequest

from billing.models import Plan, Subscription, Usage


@admin.register(Plan)
class PlanAdmin(admin.ModelAdmin):
    list_display = ("name", "code", "storage_bytes", "minutes_per_month", "is_default")


@admin.register(Subscription)
class SubscriptionAdmin(admin.ModelAdmin):
    list_display = ("user", "plan", "since")
    list_filter = ("plan",)
    search_fields = ("user__email",)
    raw_id_fields = ("user",)
    list_select_related = ("user", "plan")


@admin.register(Usage)
class UsageAdmin(admin.ModelAdmin):
    """Read only: what was counted is changed by the services alone."""

    list_display = ("user", "kind", "key", "amount", "created")
    list_filter = ("kind",)
    search_fields = ("user__email", "key")
    list_select_related = ("user",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Usage | None = None) -> bool:
        return False
