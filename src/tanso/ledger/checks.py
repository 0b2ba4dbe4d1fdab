"""What checks of the ledger have found, for pages: findings that are still there, and the last check of everything."""

from __future__ import annotations

from django.db.models import QuerySet

from tanso.ledger.models import Check, Finding


def open_findings() -> QuerySet[Finding]:
    """Differences that the last check of everything still found, or a quick one since; the latest first."""
    return Finding.objects.filter(gone_at=None).order_by("-id")


def last_whole_check() -> Check | None:
    """The last check of everything, or None while there was none."""
    return Check.objects.filter(is_whole=True).order_by("-id").first()
