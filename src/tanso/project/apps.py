"""The app that wires the rooms together once Django is ready."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "tanso.project"
    label = "project"

    def ready(self) -> None:
        from tanso.project import wiring  # noqa: PLC0415

        wiring.connect()
