"""
The database refuses to rewrite what an audit entry says of a person: it is written with its entry, and may be erased.

An entry that was written before gets none afterwards, or reasons and names could be put into its mouth. The newest
entry passes as well as one of the same transaction: the version before writes an export's in two.
"""

from django.db import migrations

REFUSAL = "What the audit trail says of a person can be erased, not rewritten."
IS_OLDER = "NEW.event_id < (SELECT max(id) FROM accounts_auditevent)"

SQLITE = {
    "personal_detail_no_update": f"""
        CREATE TRIGGER personal_detail_no_update BEFORE UPDATE ON accounts_personaldetail
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    "personal_detail_no_late_insert": f"""
        CREATE TRIGGER personal_detail_no_late_insert BEFORE INSERT ON accounts_personaldetail
        WHEN {IS_OLDER} OR EXISTS (SELECT 1 FROM accounts_personaldetail WHERE event_id = NEW.event_id)
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
}
POSTGRESQL_FUNCTIONS = (
    f"""
    CREATE OR REPLACE FUNCTION personal_detail_is_not_rewritten() RETURNS trigger AS $$
    BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$ LANGUAGE plpgsql""",
    # What this transaction wrote is no older than the transaction: its age is none.
    f"""
    CREATE OR REPLACE FUNCTION personal_detail_comes_with_its_entry() RETURNS trigger AS $$
    BEGIN
        IF {IS_OLDER} AND EXISTS (SELECT 1 FROM accounts_auditevent WHERE id = NEW.event_id AND age(xmin) > 0) THEN
            RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$ LANGUAGE plpgsql""",
)
POSTGRESQL = {
    "personal_detail_no_update": """
        CREATE TRIGGER personal_detail_no_update BEFORE UPDATE ON accounts_personaldetail
        FOR EACH ROW EXECUTE FUNCTION personal_detail_is_not_rewritten()""",
    "personal_detail_no_truncate": """
        CREATE TRIGGER personal_detail_no_truncate BEFORE TRUNCATE ON accounts_personaldetail
        FOR EACH STATEMENT EXECUTE FUNCTION personal_detail_is_not_rewritten()""",
    "personal_detail_no_late_insert": """
        CREATE TRIGGER personal_detail_no_late_insert BEFORE INSERT ON accounts_personaldetail
        FOR EACH ROW EXECUTE FUNCTION personal_detail_comes_with_its_entry()""",
}


def forbid(apps, schema_editor):
    """Set the triggers up."""
    if schema_editor.connection.vendor == "postgresql":
        for statement in POSTGRESQL_FUNCTIONS:
            schema_editor.execute(statement)
    for statement in _triggers(schema_editor).values():
        schema_editor.execute(statement)


def allow(apps, schema_editor):
    """Take the triggers away: to migrate back, and to empty a test database."""
    on_table = (
        " ON accounts_personaldetail" if schema_editor.connection.vendor == "postgresql" else ""
    )
    for name in _triggers(schema_editor):
        schema_editor.execute(f"DROP TRIGGER {name}{on_table}")


def _triggers(schema_editor):
    return POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE


class Migration(migrations.Migration):
    dependencies = [("accounts", "0014_import_rows_by_email")]
    operations = [migrations.RunPython(forbid, allow)]
