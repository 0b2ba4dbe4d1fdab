"""The pages, as a Django application."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "tanso.interfaces.web"
    label = "web"

    def ready(self) -> None:
        """Hear of what happens to logins."""
        from tanso.interfaces.web.signing_in import happenings  # noqa: F401, PLC0415
