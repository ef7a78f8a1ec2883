from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_people_by_role_and_status"),
    ]

    operations = [
        migrations.AddField(
            model_name="importjob",
            name="read_percent",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
    ]
