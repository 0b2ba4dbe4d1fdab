"""Whom mails about questions go to, with the address of the page on which the answer is read."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.urls import reverse

from tanso.notices import questions
from tanso.notices.outsiders import Outsider


def askers(scheme: str, numbers: Collection[Any]) -> dict[int, Outsider]:
    """Those who asked the questions of these numbers."""
    return {
        number: Outsider(
            name="",
            mail=mail,
            link=settings.TANSO_PUBLIC_ADDRESS + reverse("question-asked", kwargs={"scheme": scheme, "secret": secret}),
        )
        for number, (mail, secret) in questions.askers(scheme, numbers).items()
    }
