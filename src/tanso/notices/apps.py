"""The Django app of the notices room."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "tanso.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"
