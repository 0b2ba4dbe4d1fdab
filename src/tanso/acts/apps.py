"""The Django app of the acts room."""

from django.apps import AppConfig


class ActsConfig(AppConfig):
    name = "tanso.acts"
    label = "acts"
    default_auto_field = "django.db.models.BigAutoField"
