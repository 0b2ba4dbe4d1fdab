"""Forms of what the administrator publishes, and of questions and their answers. Texts are in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tanso.interfaces.web.forms.base import ActForm, RadioField
from tanso.interfaces.web.forms.custody import OperationsField
from tanso.interfaces.web.forms.day_input import DayInput
from tanso.interfaces.web.forms.document_field import DocumentField, WithDocuments
from tanso.notices.publications import LONGEST
from tanso.notices.questions import LONGEST_MAIL, LONGEST_TEXT

_DAYS = ["%Y-%m-%d", "%Y/%m/%d"]
_DAY_ERRORS = {"invalid": _("Write a day, for example 2014-04-01.")}
_PLAIN = _("Plain text. An empty line begins a paragraph; addresses that begin with https:// become links.")


def _line(label: Any, name: str, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST[name], **options)


def _text(label: Any, name: str, rows: int = 8, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=LONGEST[name], widget=forms.Textarea(attrs={"rows": rows}), **options
    )


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), input_formats=_DAYS, error_messages=_DAY_ERRORS, **options)


class PublicationForm(ActForm):
    """What all of them have: the phases that it is about, and texts in two languages."""

    texts: tuple[str, ...] = ()
    phases = OperationsField(label=_("Phases"), help_text=_("Choose none for all phases."), required=False)

    def __init__(self, *args: Any, phases: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["phases"].choices = [(str(number), label) for number, label in phases]  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        given: dict[str, Any] = {
            name: {language: cleaned[f"{name}_{language}"].strip() for language in ("ja", "en")} for name in self.texts
        }
        return given | {"phases": sorted(int(number) for number in cleaned["phases"])}


class NoticeForm(PublicationForm):
    """A notice: what it says, for whom, and from when to when."""

    texts = ("title", "body")
    title_ja = _line(_("Title (Japanese)"), "title")
    title_en = _line(_("Title (English)"), "title")
    body_ja = _text(_("Text (Japanese)"), "body", help_text=_PLAIN)
    body_en = _text(_("Text (English)"), "body", help_text=_PLAIN)
    audience = OperationsField(
        label=_("For whom"),
        help_text=_("Choose none for everybody: then it is on the public page too."),
        required=False,
    )
    first_day = _day(_("Shown from"))
    last_day = _day(_("Shown to"), required=False, help_text=_("This day included. Leave it empty for no end."))
    is_pinned = RadioField(label=_("Place"))
    field_order = (
        "act", "title_ja", "title_en", "body_ja", "body_en", "audience", "phases", "first_day", "last_day", "is_pinned",
    )  # fmt: skip

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["audience"].choices = list(kinds)  # type: ignore[attr-defined]
        self.fields["is_pinned"].choices = [  # type: ignore[attr-defined]
            ("no", _("In the order of the days")),
            ("yes", _("Always at the top")),
        ]

    def arguments(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        given = super().arguments() | {
            "audience": sorted(cleaned["audience"]),
            "first_day": cleaned["first_day"].isoformat(),
            "is_pinned": cleaned["is_pinned"] == "yes",
        }
        last = cleaned["last_day"]
        return given if last is None else given | {"last_day": last.isoformat()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first is not None and last is not None and last < first:
            self.add_error("last_day", _("The last day may not be before the first."))
        return cleaned


class AnswerForm(PublicationForm):
    """A question that is asked often, with its answer."""

    texts = ("question", "answer")
    subject = forms.ChoiceField(label=_("Subject"))
    place = forms.IntegerField(
        label=_("Place among those of the subject"),
        help_text=_("A number; smaller ones come first."),
        min_value=0,
        max_value=9_999,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "input--number"}),
    )
    question_ja = _text(_("Question (Japanese)"), "question", rows=3)
    question_en = _text(_("Question (English)"), "question", rows=3)
    answer_ja = _text(_("Answer (Japanese)"), "answer", help_text=_PLAIN)
    answer_en = _text(_("Answer (English)"), "answer", help_text=_PLAIN)
    field_order = ("act", "subject", "place", "question_ja", "question_en", "answer_ja", "answer_en", "phases")

    def __init__(self, *args: Any, subjects: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["subject"].choices = list(subjects)  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {name: self.cleaned_data[name] for name in ("subject", "place")}


class PublishedFileForm(WithDocuments, PublicationForm):
    """A document to download."""

    texts = ("title",)
    kind = forms.ChoiceField(label=_("Kind of document"))
    title_ja = _line(_("Title (Japanese)"), "title")
    title_en = _line(_("Title (English)"), "title")
    edition = _line(_("Edition"), "edition", required=False, help_text=_("As the document calls itself: Ver.1.0"))
    issued_on = _day(_("Day of issue"))
    language = RadioField(label=_("Language"), required=False)
    document = DocumentField(
        label=_("File"), says=_("PDF, Excel or Word without macros, up to %(size)s MB."), accept=".pdf,.xlsx,.docx"
    )
    field_order = (
        "act", "kind", "title_ja", "title_en", "edition", "issued_on", "language", "phases", "document",
    )  # fmt: skip

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]], keeps_file: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = list(kinds)  # type: ignore[attr-defined]
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            ("", _("Both")),
            ("ja", "日本語"),
            ("en", "English"),
        ]
        if keeps_file:
            document = self.fields["document"]
            document.required = False
            document.help_text = f"{document.help_text} {_('Leave it empty to keep the file.')}"

    def arguments(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        given = {name: cleaned[name] for name in ("kind", "edition", "language")}
        return super().arguments() | given | {"issued_on": cleaned["issued_on"].isoformat()} | self.hashes()


class QuestionForm(ActForm):
    """A question. `website` is for machines: people neither see it nor fill it in."""

    subject = RadioField(label=_("What it is about"))
    text = forms.CharField(
        label=_("Your question"),
        help_text=_("Please write no more about yourself or others than the question needs."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    mail = forms.EmailField(
        label=_("Mail address for the answer"),
        max_length=LONGEST_MAIL,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    website = forms.CharField(required=False, label=_("Leave this empty"), max_length=200)

    def __init__(self, *args: Any, subjects: Sequence[tuple[str, str]], needs_mail: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["subject"].choices = list(subjects)  # type: ignore[attr-defined]
        self.fields["mail"].required = needs_mail
        self.fields["mail"].error_messages["invalid"] = _("Write a mail address, for example name@example.jp.")
        if not needs_mail:
            self.fields["mail"].help_text = _("Without one, the answer is on the page of the question alone.")
        self.fields["website"].widget.attrs |= {"tabindex": "-1", "autocomplete": "off"}

    @property
    def is_from_a_machine(self) -> bool:
        return bool(self.data.get("website"))


class QuestionAnswerForm(ActForm):
    """The answer to one question."""

    text = forms.CharField(
        label=_("Answer"),
        help_text=_("In the language of the question. It is shown on the page of the question, and told by mail."),
        max_length=2 * LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
