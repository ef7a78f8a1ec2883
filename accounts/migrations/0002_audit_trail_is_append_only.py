"""The database itself refuses to change or delete an audit entry, whoever asks."""

from django.db import migrations

REFUSAL = "The audit trail is append-only."

SQLITE = {
    "audit_event_no_update": f"""
        CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON accounts_auditevent
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    "audit_event_no_delete": f"""
        CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON accounts_auditevent
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
}
POSTGRESQL_FUNCTION = f"""
    CREATE OR REPLACE FUNCTION audit_event_is_append_only() RETURNS trigger AS $$
    BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$ LANGUAGE plpgsql"""
POSTGRESQL = {
    "audit_event_no_change": """
        CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON accounts_auditevent
        FOR EACH ROW EXECUTE FUNCTION audit_event_is_append_only()""",
    "audit_event_no_truncate": """
        CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON accounts_auditevent
        FOR EACH STATEMENT EXECUTE FUNCTION audit_event_is_append_only()""",
}


def forbid(apps, schema_editor):
    """Set the triggers up."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_FUNCTION)
    for statement in _triggers(schema_editor).values():
        schema_editor.execute(statement)


def allow(apps, schema_editor):
    """Take the triggers away: to migrate back, and to empty a test database."""
    on_table = " ON accounts_auditevent" if schema_editor.connection.vendor == "postgresql" else ""
    for name in _triggers(schema_editor):
        schema_editor.execute(f"DROP TRIGGER {name}{on_table}")


def _triggers(schema_editor):
    return POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(forbid, allow)]
