"""A job holds in whose name it runs and why it ended; the version before leaves the new columns as they are."""

from django.db import migrations, models


def _of_both(name, field):
    return [migrations.AddField(model_name=model, name=name, field=field) for model in ("bulkjob", "importjob")]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_files_to_check"),
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
    ]
