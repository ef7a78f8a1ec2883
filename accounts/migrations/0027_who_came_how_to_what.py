"""
What an entry of the audit trail is about, and how its actor came in.

All columns may be NULL: SQLite adds such ones to the table as it is, with its triggers, and the version before goes on
writing entries without them.
"""

from django.db import migrations, models

VIA = [
    ("page", "Page"),
    ("api", "Api"),
    ("scim", "Scim"),
    ("command", "Command"),
    ("worker", "Worker"),
]
COLUMNS = {
    "subject_type": models.CharField(max_length=20, null=True),
    "subject_id": models.CharField(max_length=40, null=True),
    "via": models.CharField(max_length=10, null=True, choices=VIA),
    "request_id": models.CharField(max_length=64, null=True),
    "session": models.UUIDField(null=True),
    "token": models.UUIDField(null=True),
}


class Migration(migrations.Migration):
    dependencies = [("accounts", "0026_sign_in_attempts")]
    operations = [
        migrations.AddField(model_name="auditevent", name=name, field=field)
        for name, field in COLUMNS.items()
    ]
