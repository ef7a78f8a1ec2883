"""
A job holds in whose name it runs and why it ended; a warning to dormant accounts, whether it was sent.

The version before leaves the new columns as they are. Its warnings count as sent when they are queued, and go on to.
"""

import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models


def _of_both(name, field):
    return [
        migrations.AddField(model_name=model, name=name, field=field)
        for model in ("bulkjob", "importjob")
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_how_much_is_checked"),
    ]

    operations = [
        *_of_both("address", models.GenericIPAddressField(null=True)),
        *_of_both("user_agent", models.CharField(blank=True, db_default="", max_length=300)),
        migrations.AddField(
            model_name="bulkjob",
            name="fault",
            field=models.CharField(blank=True, db_default="", max_length=30),
        ),
        migrations.AlterField(
            model_name="bulkjob",
            name="state",
            field=models.CharField(
                choices=[
                    ("collecting", "Being collected"),
                    ("ready", "Ready"),
                    ("running", "Running"),
                    ("done", "Done"),
                    ("cancelled", "Cancelled"),
                    ("refused", "Refused"),
                ],
                default="collecting",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="dormancywarning",
            name="queued_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                default=django.utils.timezone.now,
            ),
        ),
        migrations.AlterField(
            model_name="dormancywarning",
            name="sent_at",
            field=models.DateTimeField(null=True),
        ),
    ]
