"""What is to be said of the file of an import, and its encoding. The version before sets neither."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0018_known_networks"),
    ]

    operations = [
        migrations.AddField(
            model_name="importjob",
            name="encoding",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.AddField(
            model_name="importjob",
            name="notes",
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
