"""Whom mails about questions go to, with the address of the page on which the answer is read."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.urls import reverse

from tanso.notices import questions
from tanso.notices.outsiders import Outsider


def base_address() -> str:
    """Where people find the pages, without a slash at the end."""
    given: str = settings.TANSO.address
    hosts = [host for host in settings.TANSO.allowed_hosts if host != "*"]
    return given or (f"https://{hosts[0]}" if hosts else f"http://{settings.TANSO.host}:{settings.TANSO.port}")


def askers(scheme: str, numbers: Collection[Any]) -> dict[int, Outsider]:
    """Those who asked the questions of these numbers."""
    return {
        number: Outsider(
            name="",
            mail=mail,
            link=base_address() + reverse("question-asked", kwargs={"scheme": scheme, "secret": secret}),
        )
        for number, (mail, secret) in questions.askers(scheme, numbers).items()
    }
