import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

USER = {"null": True, "on_delete": django.db.models.deletion.CASCADE, "related_name": "+"}


class Migration(migrations.Migration):
    dependencies = [("accounts", "0016_generated_passwords")]
    operations = [
        migrations.CreateModel(
            name="RefusalCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=200, unique=True)),
                ("address", models.GenericIPAddressField(null=True)),
                ("user_agent", models.CharField(blank=True, max_length=300)),
                ("details", models.JSONField()),
                ("recorded_at", models.DateTimeField(db_index=True)),
                ("repeated", models.PositiveBigIntegerField(default=0)),
                ("target", models.ForeignKey(to=settings.AUTH_USER_MODEL, **USER)),
                ("user", models.ForeignKey(to=settings.AUTH_USER_MODEL, **USER)),
            ],
        ),
    ]
