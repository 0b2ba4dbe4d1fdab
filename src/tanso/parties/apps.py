"""The Django app of the parties room."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "tanso.parties"
    label = "parties"
    default_auto_field = "django.db.models.BigAutoField"
