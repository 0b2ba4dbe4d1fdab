"""Names of accounts, and one spelling for the names of organisations; what was written twice becomes one."""

from typing import Any

from django.db import migrations, models

from tanso.parties.names import name_key, organisation_key


def spell_once(apps: Any, schema_editor: Any) -> None:
    """Give what is there its spelling; a second spelling of an organisation gives its participants to the first."""
    database = schema_editor.connection.alias
    organisations = apps.get_model("parties", "Organisation").objects.using(database)
    participants = apps.get_model("parties", "Participant").objects.using(database)
    first: dict[str, Any] = {}
    for organisation in organisations.order_by("id"):
        key = organisation_key(organisation.name)
        if key in first:
            participants.filter(organisation_id=organisation.id).update(organisation_id=first[key].id)
            organisation.delete()
            continue
        first[key] = organisation
        organisations.filter(id=organisation.id).update(name_key=key)
    for participant in participants.exclude(kind="verifier").order_by("id"):
        participants.filter(id=participant.id).update(
            account_name=participant.name, account_key=name_key(participant.name)
        )


class Migration(migrations.Migration):
    dependencies = [("parties", "0003_changes")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="name_key",
            field=models.CharField(db_default="", max_length=400),
        ),
        migrations.AddField(
            model_name="participant",
            name="account_name",
            field=models.CharField(db_default="", max_length=200),
        ),
        migrations.AddField(
            model_name="participant",
            name="account_key",
            field=models.CharField(db_default="", max_length=400),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("name_key", ""), _negated=True),
                fields=("name_key",),
                name="parties_organisation_name_key",
            ),
        ),
        migrations.AddIndex(
            model_name="participant",
            index=models.Index(fields=["scheme", "account_key"], name="parties_participant_by_name"),
        ),
        migrations.AddIndex(
            model_name="participant",
            index=models.Index(fields=["organisation", "scheme"], name="parties_participant_by_owner"),
        ),
        # Last: a table with rows just changed takes no further index.
        migrations.RunPython(spell_once, migrations.RunPython.noop),
    ]
