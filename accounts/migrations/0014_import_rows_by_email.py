from django.db import migrations, models

from accounts.migrations._concurrently import AddIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0013_audit_trail_is_not_replaced")]
    operations = [
        AddIndex(
            model_name="importrow",
            index=models.Index(fields=["email"], name="import_rows_by_email"),
        ),
    ]
