"""The Django app of the emissions room."""

from django.apps import AppConfig


class EmissionsConfig(AppConfig):
    name = "tanso.emissions"
    label = "emissions"
    default_auto_field = "django.db.models.BigAutoField"
