"""
What a session knows of its sign-in, and attempts that are under way. The version before knows of
neither.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0025_last_active_on")]
    operations = [
        migrations.AddField(
            model_name="session", name="authenticated_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="session", name="methods", field=models.JSONField(null=True)
        ),
        migrations.AddField(
            model_name="session", name="elevated_until", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="session",
            name="next_path",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.CreateModel(
            name="SignInAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("browser", models.CharField(max_length=64, unique=True)),
                ("auth_hash", models.CharField(max_length=64)),
                ("methods", models.JSONField(default=list)),
                ("next_path", models.TextField(blank=True)),
                (
                    "started_at",
                    models.DateTimeField(db_index=True, default=django.utils.timezone.now),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
