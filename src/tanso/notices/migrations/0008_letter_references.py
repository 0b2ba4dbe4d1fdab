"""A printed number names one letter of a scheme."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0007_readings")]

    operations = [
        migrations.AddConstraint(
            "letter", models.UniqueConstraint(fields=("scheme", "reference"), name="notices_letter_reference_once")
        ),
    ]
