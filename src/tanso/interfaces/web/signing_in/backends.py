"""Who a session belongs to: read once a request, together with the participant whose desk it opens."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend

from tanso.parties.models import Login


class LoginBackend(ModelBackend):
    """Django's own, in one query instead of two."""

    def get_user(self, user_id: int) -> Login | None:
        """The active login of a session, with its participant; None where there is none any longer."""
        found = Login.objects.select_related("participant").filter(pk=user_id).first()
        return found if found is not None and self.user_can_authenticate(found) else None
