"""A job holds in whose name it runs; the version before, which told its tasks, leaves the new columns as they are."""

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
    ]
