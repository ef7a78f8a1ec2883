"""The name of who is invited, for the page on which they join. The version before sets none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0023_international_domains"),
    ]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="full_name",
            field=models.CharField(blank=True, db_default="", default="", max_length=150),
        ),
    ]
