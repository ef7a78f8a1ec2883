from django.db import migrations, models

from accounts.migrations._concurrently import AddIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0009_files_to_check")]
    operations = [
        AddIndex(
            model_name="user",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["role", "is_active", "name_key", "id"],
                name="people_by_role_and_status",
            ),
        ),
    ]
