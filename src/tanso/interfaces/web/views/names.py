"""Other names of accounts and sites: the administrator's, from the page of the participant's contact data."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from django.utils.translation import gettext as _

from tanso.acts import Act
from tanso.interfaces.web.access import own_or_404
from tanso.interfaces.web.acting import ActView, Change, Crumb, crumbs
from tanso.interfaces.web.desk import Who
from tanso.interfaces.web.forms.base import ActForm
from tanso.interfaces.web.forms.cases import NameForm
from tanso.interfaces.web.views import contacts
from tanso.interfaces.web.views.contacts import address
from tanso.kernel.outcomes import Outcome
from tanso.parties import queries, renaming
from tanso.parties.models import Participant, Site


class _Rename(ActView):
    who: ClassVar[tuple[Who, ...]] = (Who.ADMINISTRATOR,)
    form_class: ClassVar[type[ActForm]] = NameForm
    participant: Participant

    def find(self, **kwargs: Any) -> None:
        if self.operation not in self.desk.rulebook.operations:
            raise Http404
        self.participant = contacts.participant_of(self.desk, kwargs["participant"])

    def fixed_arguments(self) -> dict[str, Any]:
        return {"participant": self.participant.key}

    def lead(self) -> str:
        return _("The name holds from today on. Statements and letters of days before keep the former one.")

    def way(self) -> list[Crumb]:
        return crumbs(self.desk, (_("Contact data"), self.back()), self.title())

    def back(self) -> str:
        return address(self.desk, "contact", participant=self.participant.key)

    def names(self, act: Act) -> dict[str, str]:
        return {self.participant.key: self.participant.name}

    def changes(self, before: Any, after: Any, outcome: Outcome) -> list[Change]:
        return [Change(label, old, new) for label, old, new in zip(self.labels(), before, after, strict=True) if new]

    def labels(self) -> tuple[str, ...]:
        """What `look` sees, in words."""
        return (_("Account name"),)

    def context(self) -> dict[str, Any]:
        return {"button": _("Continue to the confirmation")}


class RenameAccount(_Rename):
    operation = "rename_account"

    def find(self, **kwargs: Any) -> None:
        super().find(**kwargs)
        if not self.participant.account_name:
            raise Http404

    def form_options(self) -> dict[str, Any]:
        return {"name": self.participant.account_name, "name_kana": None}

    def look(self) -> tuple[str, ...]:
        found = queries.participant(self.desk.scheme, self.participant.key)
        return ("" if found is None else found.account_name,)


class RenameSite(_Rename):
    operation = "rename_site"
    site: Site

    def find(self, **kwargs: Any) -> None:
        super().find(**kwargs)
        self.site = own_or_404(renaming.site_of(self.participant, kwargs["site"]), is_own=True)

    def fixed_arguments(self) -> dict[str, Any]:
        return super().fixed_arguments() | {"site": self.site.id}

    def form_options(self) -> dict[str, Any]:
        return {"name": self.site.name, "name_kana": self.site.name_kana}

    def look(self) -> tuple[str, ...]:
        found = renaming.site_of(self.participant, self.site.id)
        return ("", "") if found is None else (found.name, found.name_kana)

    def labels(self) -> tuple[str, ...]:
        return (_("Site name"), _("Reading"))
