from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_files_to_check"),
    ]

    operations = [
        migrations.AddField(
            model_name="importjob",
            name="read_percent",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
    ]
