from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "coaching.notifications"
    label = "notifications"
