"""Organisations, participants of a scheme, their sites, and logins.

A participant is one registration in one scheme: a target holder, a trading participant or a verifier. One organisation
may be several participants (one for each of its sites). A participant's account in the ledger is found through the
ledger's holder, whose external key is the participant's; the ledger knows nothing of parties.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now

from tanso.parties.spelling import letter_spelling, password_spelling

# The two roles of a participant's logins; a kind of participant of the second name verifies.
PARTICIPANT, VERIFIER = "participant", "verifier"


class Organisation(models.Model):
    """A corporation. Names are sorted by reading, because a bare database has no Japanese collation."""

    name = models.CharField(max_length=200)
    name_kana = models.CharField(max_length=200, default="")
    # One spelling for all spellings of the name (`names.organisation_key`).
    name_key = models.CharField(max_length=400, db_default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("name",), name="parties_organisation_name"),
            models.UniqueConstraint(
                fields=("name_key",), condition=~models.Q(name_key=""), name="parties_organisation_name_key"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Participant(models.Model):
    """One registration in one scheme. `key` names it in acts and is never used twice in a scheme."""

    scheme = models.CharField(max_length=64)
    key = models.CharField(max_length=100)
    kind = models.CharField(max_length=32)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    name = models.CharField(max_length=200)
    phase = models.IntegerField(null=True)
    reduction_target_t = models.BigIntegerField(null=True)
    form = models.CharField(max_length=16, default="single")
    # By what other participants know its account; `account_key` is the one spelling of it. Empty without an account.
    account_name = models.CharField(max_length=200, db_default="")
    account_key = models.CharField(max_length=400, db_default="")
    attributes = models.JSONField(default=dict)
    registered_on = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("scheme", "key"), name="parties_participant_key"),
            models.CheckConstraint(
                condition=models.Q(reduction_target_t=None) | models.Q(reduction_target_t__gte=0),
                name="parties_participant_target_not_negative",
            ),
        )
        indexes = (
            models.Index(fields=("scheme", "kind", "phase"), name="parties_participant_by_phase"),
            models.Index(fields=("scheme", "account_key"), name="parties_participant_by_name"),
            models.Index(fields=("organisation", "scheme"), name="parties_participant_by_owner"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def holder_key(self) -> str:
        """The external key of this participant's holder in the ledger."""
        return f"{self.scheme}/{self.key}"

    @property
    def known_as(self) -> str:
        """The name that other participants see: the account's, or its own where it has none."""
        return self.account_name or self.name


class AttributeChange(models.Model):
    """A field of a participant that was changed, with the reason; from its day on the participant has the new value.

    `value` is null where the field was taken away. Rows are never changed (migration 0003).
    """

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="changes")
    attribute = models.CharField(max_length=64)
    before = models.JSONField(null=True)
    value = models.JSONField(null=True)
    reason = models.TextField()
    changed_on = models.DateField()
    act_id = models.UUIDField(unique=True)

    class Meta:
        indexes = (models.Index(fields=("participant", "id"), name="parties_change_by_participant"),)


class Site(models.Model):
    """A factory or business place of a participant; a group participates with several."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="sites")
    name = models.CharField(max_length=200)
    name_kana = models.CharField(max_length=200, db_default="", default="")
    postcode = models.CharField(max_length=8, db_default="", default="")
    address = models.CharField(max_length=300, db_default="", default="")

    def __str__(self) -> str:
        return self.name


class NameChange(models.Model):
    """An account, or a site where one is named, got another name; never changed. The latest one is in its own row."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="name_changes")
    site = models.ForeignKey(Site, null=True, on_delete=models.PROTECT, related_name="name_changes")
    before = models.CharField(max_length=200)
    before_kana = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    name_kana = models.CharField(max_length=200)
    reason = models.TextField()
    changed_on = models.DateField()
    act_id = models.UUIDField(unique=True)

    class Meta:
        indexes = (models.Index(fields=("participant", "id"), name="parties_name_change_order"),)


class Contact(models.Model):
    """Whom the authority writes and telephones to about a participant; as the latest change left it.

    Each row follows a recorded change (migration 0005). The mail addresses are those of the logins.
    """

    participant = models.OneToOneField(Participant, on_delete=models.PROTECT, related_name="contact")
    company = models.CharField(max_length=200)
    department = models.CharField(max_length=200)
    title = models.CharField(max_length=100)
    person = models.CharField(max_length=100)
    person_kana = models.CharField(max_length=200)
    postcode = models.CharField(max_length=8)
    address = models.CharField(max_length=300)
    telephone = models.CharField(max_length=30)
    fax = models.CharField(max_length=30)
    since = models.DateField()
    act_id = models.UUIDField()

    def __str__(self) -> str:
        return self.person


class ContactChange(models.Model):
    """A contact as it was and as it became by an act; never changed. `before` is null for the first one.

    Both are `{"contact": {field: text}, "mails": {letter of the login: address}}`. Acts name no person: here they
    are, under the id of the act.
    """

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="contact_changes")
    before = models.JSONField(null=True)
    after = models.JSONField()
    changed_on = models.DateField()
    act_id = models.UUIDField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("participant", "act_id"), name="parties_contact_change_of_act"),)
        indexes = (models.Index(fields=("participant", "id"), name="parties_contact_change_order"),)


class Step(models.Model):
    """What became of something that was asked for: by whom, when, and why where a reason was given.

    A table of steps is history; the state of what was asked for follows the latest one (migration 0007).
    """

    operation = models.CharField(max_length=64)
    to_state = models.CharField(max_length=16)
    act_id = models.UUIDField()
    actor_login = models.CharField(max_length=150)
    actor_role = models.CharField(max_length=16)
    day = models.DateField()
    note = models.TextField(default="")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        abstract = True


# What became of a wish for a change.
WAITING, ACCEPTED, REFUSED, WITHDRAWN = "waiting", "accepted", "refused", "withdrawn"


class ContactRequest(models.Model):
    """A participant's wish for another contact or other mail addresses. Only `state` ever changes.

    `asked` is what it asks for, in the form of `ContactChange`; `sha256` is that of the bytes that came with the act,
    which name a random salt, so that nobody finds a telephone number by trying all of them.
    """

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="contact_requests")
    asked = models.JSONField()
    salt = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    asked_on = models.DateField()
    act_id = models.UUIDField()
    state = models.CharField(max_length=16, default=WAITING)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("participant",), condition=models.Q(state=WAITING), name="parties_contact_request_one_waits"
            ),
        )
        indexes = (
            models.Index(fields=("participant", "id"), name="parties_contact_request_order"),
            models.Index(fields=("state", "id"), name="parties_contact_request_state"),
        )


class ContactRequestStep(Step):
    """What became of a wish for another contact."""

    request = models.ForeignKey(ContactRequest, on_delete=models.PROTECT, related_name="steps")


# What becomes of a change of name besides: it is announced, and its paper arrives.
ANNOUNCED, ARRIVED = "announced", "arrived"


class OrganisationChange(models.Model):
    """Another name of a participant's corporation, on a paper with its seal.

    Only `state` and `arrived_on` ever change.
    """

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="organisation_changes")
    name = models.CharField(max_length=200)
    name_kana = models.CharField(max_length=200)
    from_day = models.DateField()
    announced_on = models.DateField()
    arrived_on = models.DateField(null=True)
    act_id = models.UUIDField()
    state = models.CharField(max_length=16, default=ANNOUNCED)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("participant",),
                condition=models.Q(state__in=(ANNOUNCED, ARRIVED)),
                name="parties_organisation_change_one_waits",
            ),
        )
        indexes = (
            models.Index(fields=("participant", "id"), name="parties_org_change_order"),
            models.Index(fields=("state", "id"), name="parties_org_change_state"),
        )


class OrganisationChangeStep(Step):
    """What became of a change of name."""

    change = models.ForeignKey(OrganisationChange, on_delete=models.PROTECT, related_name="steps")


class OrganisationName(models.Model):
    """A corporation got another name from a day on; never changed. The latest one is the organisation's own."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="names")
    before = models.CharField(max_length=200)
    before_kana = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    name_kana = models.CharField(max_length=200)
    from_day = models.DateField()
    act_id = models.UUIDField()

    class Meta:
        indexes = (models.Index(fields=("organisation", "id"), name="parties_organisation_names"),)


class LoginManager(BaseUserManager["Login"]):
    def get_by_natural_key(self, username: str | None) -> Login:
        return self.get(login=username)


class Login(AbstractBaseUser):
    """A person's way in. `letter` tells a participant's logins apart: A may do everything, B emissions only.

    `mail` may be empty: then nothing is sent to this login, and nothing fails.
    """

    login = models.CharField(max_length=150, unique=True)
    role = models.CharField(max_length=16)
    scheme = models.CharField(max_length=64, default="")
    participant = models.ForeignKey(Participant, null=True, on_delete=models.PROTECT, related_name="logins")
    letter = models.CharField(max_length=1, default="")
    person = models.CharField(max_length=100, default="")
    mail = models.EmailField(default="", blank=True)
    # In which language mails go out to it; empty for both.
    mail_language = models.CharField(max_length=2, default="", db_default="", blank=True)
    is_active = models.BooleanField(default=True)
    # The password came by letter: whoever signs in with it chooses an own one before anything else.
    must_change_password = models.BooleanField(default=False, db_default=False)
    password_chosen_at = models.DateTimeField(null=True)

    objects: ClassVar[LoginManager] = LoginManager()

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "mail"

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(role="administrator", participant=None)
                | models.Q(role__in=("participant", "verifier"), participant__isnull=False),
                name="parties_login_belongs",
            ),
            models.CheckConstraint(
                condition=models.Q(mail_language__in=("", "ja", "en")), name="parties_login_mail_language"
            ),
            models.UniqueConstraint(fields=("participant", "letter"), name="parties_login_letter"),
        )

    def __str__(self) -> str:
        return self.login

    def set_password(self, raw_password: str | None) -> None:
        """Set a password; however wide its characters were typed, it is the same one."""
        super().set_password(None if raw_password is None else self._spelt(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """Whether it is this login's password, in whatever width; one from a letter also in any case and grouping."""
        return super().check_password(self._spelt(raw_password or ""))

    def _spelt(self, raw_password: str) -> str:
        return letter_spelling(raw_password) if self.must_change_password else password_spelling(raw_password)

    # The three names that Django's own admin and permission helpers ask for; Tanso's permissions are in the door.
    @property
    def is_staff(self) -> bool:
        return False

    @property
    def is_superuser(self) -> bool:
        return False

    def has_perm(self, permission: str, subject: object | None = None) -> bool:
        return False


class LoginLetter(models.Model):
    """A letter that brings a login its first password, or a new one. No table has it: it follows from the row.

    The latest letter of a login is the one that counts. Rows are never changed (migration 0007).
    """

    login = models.ForeignKey(Login, on_delete=models.PROTECT, related_name="letters")
    scheme = models.CharField(max_length=64)
    # FIRST, or AGAIN for one that takes the place of an older letter or of a lost password.
    kind = models.CharField(max_length=8)
    issued_on = models.DateField()
    reason = models.TextField(default="")
    act_id = models.UUIDField(unique=True)

    FIRST, AGAIN = "first", "again"

    class Meta:
        indexes = (models.Index(fields=("login", "-id"), name="parties_letter_by_login"),)


class PasswordWish(models.Model):
    """A password, as its hash alone, that one login has chosen for another; an act names it by its number.

    Once the act is settled the hash is emptied here: it is then in its login, or nowhere.
    """

    login = models.ForeignKey(Login, on_delete=models.PROTECT, related_name="+")
    password = models.CharField(max_length=128, blank=True)
    made_at = models.DateTimeField(db_default=Now())


class SignInEvent(models.Model):
    """Something that happened to a login's way in and that nobody did through the door; kept for whoever audits."""

    login = models.ForeignKey(Login, on_delete=models.PROTECT, related_name="sign_in_events")
    event = models.CharField(max_length=32)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (models.Index(fields=("login", "-id"), name="parties_sign_in_by_login"),)


# Tables of a package of this room; Django looks for models here.
from tanso.parties.applications import models as _of_applications  # noqa: E402, F401
