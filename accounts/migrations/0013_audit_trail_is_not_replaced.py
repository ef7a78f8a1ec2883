"""SQLite lets INSERT OR REPLACE take an entry's place without asking the trigger for deletions: that is refused too."""

from django.db import migrations

FORBID = """
    CREATE TRIGGER audit_event_no_replace BEFORE INSERT ON accounts_auditevent
    WHEN EXISTS (SELECT 1 FROM accounts_auditevent WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END"""


def forbid(apps, schema_editor):
    """Set the trigger up; PostgreSQL knows no such statement."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(FORBID)


def allow(apps, schema_editor):
    """Take it away, to migrate back."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER audit_event_no_replace")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_jobs_and_warnings")]
    operations = [migrations.RunPython(forbid, allow)]
