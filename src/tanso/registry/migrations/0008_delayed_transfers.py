"""Transfers that wait to be carried out, and accounts that a holder trusts."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

from tanso.acts.history import application_role, keep_as_history, keep_rows


def _id():
    return ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


_GUARDS = """
CREATE FUNCTION registry_refuse_untaken_end() RETURNS trigger
LANGUAGE plpgsql
AS $function$
BEGIN
    -- What was settled stays settled, and the step is recorded first.
    IF OLD.state <> 'waiting' OR NEW.state IS DISTINCT FROM (
        SELECT to_state FROM registry_pendingtransferstep WHERE transfer_id = NEW.id ORDER BY id DESC LIMIT 1
    ) THEN
        RAISE EXCEPTION 'delayed transfer % cannot become %: no recorded step leads there', NEW.id, NEW.state
            USING ERRCODE = 'AC002';
    END IF;
    RETURN NEW;
END
$function$;
CREATE TRIGGER registry_pending_follows_steps
    BEFORE UPDATE OF state ON registry_pendingtransfer
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION registry_refuse_untaken_end();
ALTER TABLE registry_pendingtransfer ENABLE ALWAYS TRIGGER registry_pending_follows_steps;

CREATE FUNCTION registry_refuse_second_end() RETURNS trigger
LANGUAGE plpgsql
AS $function$
BEGIN
    RAISE EXCEPTION 'account % is off the list of trusted accounts already', OLD.trusted_account_id
        USING ERRCODE = 'AC002';
END
$function$;
CREATE TRIGGER registry_trusted_ends_once
    BEFORE UPDATE ON registry_trustedaccount
    FOR EACH ROW WHEN (OLD.removed_on IS NOT NULL)
    EXECUTE FUNCTION registry_refuse_second_end();
ALTER TABLE registry_trustedaccount ENABLE ALWAYS TRIGGER registry_trusted_ends_once;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0007_corrections"), ("acts", "0002_history")]

    operations = [
        migrations.CreateModel(
            name="PendingTransfer",
            fields=[
                _id(),
                ("scheme", models.CharField(max_length=64)),
                ("from_account_id", models.BigIntegerField()),
                ("to_account_id", models.BigIntegerField()),
                ("unit_scheme", models.CharField(max_length=64)),
                ("unit_type", models.CharField(max_length=64)),
                ("unit_phase", models.IntegerField(null=True)),
                ("quantity_t", models.BigIntegerField()),
                ("proposed_on", models.DateField()),
                ("executes_on", models.DateField()),
                ("act_id", models.UUIDField(unique=True)),
                ("state", models.CharField(default="waiting", max_length=16)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["from_account_id", "proposed_on"], name="registry_pending_by_account"),
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["from_account_id"],
                        name="registry_pending_reserved",
                    ),
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["scheme", "executes_on", "id"],
                        name="registry_pending_due",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("quantity_t__gt", 0)), name="registry_pending_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("executes_on__gt", models.F("proposed_on"))),
                        name="registry_pending_is_later",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PendingTransferStep",
            fields=[
                _id(),
                ("to_state", models.CharField(max_length=16)),
                ("act_id", models.UUIDField()),
                ("actor_login", models.CharField(max_length=150)),
                ("actor_role", models.CharField(max_length=16)),
                ("day", models.DateField()),
                ("note", models.TextField(default="")),
                ("recorded_at", models.DateTimeField(db_default=Now())),
                (
                    "transfer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="registry.pendingtransfer",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TrustedAccount",
            fields=[
                _id(),
                ("account_id", models.BigIntegerField()),
                ("trusted_account_id", models.BigIntegerField()),
                ("added_on", models.DateField()),
                ("trusted_from", models.DateField()),
                ("act_id", models.UUIDField(unique=True)),
                ("removed_on", models.DateField(null=True)),
                ("removed_act_id", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["account_id", "id"], name="registry_trusted_by_account")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_on", None)),
                        fields=("account_id", "trusted_account_id"),
                        name="registry_trusted_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("removed_act_id", None), ("removed_on", None)),
                            models.Q(("removed_act_id__isnull", False), ("removed_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="registry_trusted_ends_by_an_act",
                    ),
                ],
            },
        ),
        keep_as_history("registry_pendingtransferstep"),
        keep_rows("registry_pendingtransfer", "registry_trustedaccount"),
        migrations.RunSQL(
            f"""
REVOKE UPDATE ON registry_pendingtransfer, registry_trustedaccount FROM {application_role()};
GRANT UPDATE (state) ON registry_pendingtransfer TO {application_role()};
GRANT UPDATE (removed_on, removed_act_id) ON registry_trustedaccount TO {application_role()};
"""
        ),
        migrations.RunSQL(_GUARDS),
    ]
