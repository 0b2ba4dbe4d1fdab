"""What is said of a transfer beside its posting: its kind and price, and what the administrator recorded of both."""

import django.db.models.deletion
from django.db import migrations, models

from tanso.acts.history import keep_as_history


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_applications")]

    operations = [
        migrations.CreateModel(
            name="TransferPermit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(max_length=64)),
                ("from_account_id", models.BigIntegerField()),
                ("to_account_id", models.BigIntegerField()),
                ("unit", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=64)),
                ("quantity_t", models.BigIntegerField()),
                ("last_day", models.DateField()),
                ("reason", models.TextField()),
                ("recorded_on", models.DateField()),
                ("act_id", models.UUIDField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["from_account_id", "to_account_id", "unit", "id"], name="registry_permit_by_accounts"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("quantity_t__gt", 0)), name="registry_permit_positive")
                ],
            },
        ),
        migrations.CreateModel(
            name="TransferTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("journal_id", models.BigIntegerField(unique=True)),
                ("kind", models.CharField(max_length=64)),
                ("price_yen", models.BigIntegerField(null=True)),
                ("act_id", models.UUIDField()),
                (
                    "permit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="registry.transferpermit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("price_yen__gte", 0)), name="registry_terms_price_not_negative"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TransferKind",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("journal_id", models.BigIntegerField()),
                ("kind", models.CharField(max_length=64)),
                ("reason", models.TextField()),
                ("recorded_on", models.DateField()),
                ("act_id", models.UUIDField()),
            ],
            options={
                "indexes": [models.Index(fields=["journal_id", "id"], name="registry_kind_by_posting")],
            },
        ),
        keep_as_history("registry_transferpermit", "registry_transferterms", "registry_transferkind"),
    ]
