from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DrillsConfig(AppConfig):
    name = "drills"
    label = "drills"
    verbose_name = _("Drills and questions")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from drills import receivers  # noqa: F401
