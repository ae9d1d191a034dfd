from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PracticeConfig(AppConfig):
    name = "sessions"
    label = "practice"
    verbose_name = _("Practice sessions")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sessions import receivers  # noqa: F401 - connects them
