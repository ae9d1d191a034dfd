from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

FREE = {
    "code": "free",
    "name": "Free",
    "storage_bytes": 5 * 1024**3,
    "minutes_per_month": 600,
    "max_upload_bytes": 2 * 1024**3,
    "is_default": True,
}


def add_free_plan(sender: AppConfig, **_kwargs: Any) -> None:
    """The plan every account starts on, where there is none yet.

    After migrate rather than in a migration, as Django does with permissions: a database that was
    flushed gets it back, and a plan the operator changed stays as it is.
    """
    plans = sender.get_model("Plan")._default_manager
    if not plans.exists():
        plans.create(**FREE)


class BillingConfig(AppConfig):
    name = "billing"
    label = "billing"
    verbose_name = _("Billing")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(add_free_plan, sender=self)
