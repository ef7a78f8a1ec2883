"""
What mends a fault of the database: by its code, since PostgreSQL says its words in the server's
language.

The codes are those of https://www.postgresql.org/docs/current/errcodes-appendix.html.
"""

from django.db import DatabaseError, connection

NO_RIGHT, NO_SCHEMA = "42501", "3F000"
NO_TABLE, NO_COLUMN = "42P01", "42703"
WORDS = {
    "28P01": "The user or the password in DATABASE_URL is wrong.",
    "28000": "The server's pg_hba.conf or the role keeps the user of DATABASE_URL out.",
    "3D000": "There is no such database: make it (createdb), or mend DATABASE_URL.",
    "58P01": "Install what the server lacks (Debian: postgresql-contrib has pg_trgm), then do it "
    "again.",
    "0A000": "Install what the server lacks (Debian: postgresql-contrib has pg_trgm), then do it "
    "again.",
    "53300": "The server has no connection left: raise max_connections, or start fewer processes.",
    NO_SCHEMA: "No schema of the search_path is there, or may be used: CREATE SCHEMA, or GRANT "
    "USAGE, CREATE ON it.",
    # SQLite's, https://www.sqlite.org/rescode.html.
    "SQLITE_CANTOPEN": "Is the folder of DATABASE_URL's file there, and may this user make files "
    "in it?",
    "SQLITE_NOTADB": "DATABASE_URL names a file that is no SQLite database.",
    "SQLITE_READONLY": "May this user write DATABASE_URL's file and its folder?",
}
NOT_MIGRATED = "Was manage.py migrate run?"
FACTS = """
    SELECT current_user, current_database(), current_schema(),
        has_database_privilege(current_database(), 'CREATE'),
        has_schema_privilege(current_schema(), 'CREATE'),
        n.nspname, has_schema_privilege(n.nspname, 'USAGE')
    FROM (VALUES (1)) one LEFT JOIN pg_extension e ON e.extname = 'pg_trgm'
    LEFT JOIN pg_namespace n ON n.oid = e.extnamespace"""


def hint(fault, command=""):
    """
    Return a sentence on how to mend `fault`, a DatabaseError, with a blank before it; "" where
    there is nothing to say.

    `command` is the one that it ended: while migrate runs nobody is told to run it.
    """
    state = _code(fault)
    words = WORDS.get(state, "")
    if state == NO_RIGHT:
        words = _missing_rights()
    elif command != "migrate" and (state in {NO_TABLE, NO_COLUMN} or "no such" in str(fault)):
        words = NOT_MIGRATED
    elif state is None and connection.vendor == "postgresql":
        words = "Is it there, and does DATABASE_URL name it?"
    return f" {words}" if words else ""


def _code(fault):
    """Return the code that stands behind what Django made of it, None where there is none."""
    while fault:
        # Of SQLite's the part behind a second _ only says it more closely:
        # SQLITE_READONLY_DIRECTORY.
        sqlite = "_".join(getattr(fault, "sqlite_errorname", "").split("_")[:2])
        if code := getattr(fault, "sqlstate", None) or sqlite:
            return code
        fault = fault.__cause__ or fault.__context__
    return None


def _missing_rights():
    """
    Ask the database which of the rights that migrate needs are missing; name the statements that
    give them.
    """
    other = connection.copy()  # the one that failed may be in the middle of something
    try:
        with other.cursor() as cursor:
            cursor.execute(FACTS)
            role, database, schema, may_extend, may_create, extension_in, may_use_it = (
                cursor.fetchone()
            )
    except DatabaseError:
        return ""
    finally:
        other.close()
    name = connection.ops.quote_name
    statements = []
    if not may_create:
        statements.append(
            f"GRANT USAGE, CREATE ON SCHEMA {name(schema or 'public')} TO {name(role)}"
        )
    if not extension_in and not may_extend:
        statements.append("CREATE EXTENSION pg_trgm")
    if extension_in and not may_use_it:
        statements.append(f"GRANT USAGE ON SCHEMA {name(extension_in)} TO {name(role)}")
    if not statements:
        return f"The role {role} must own what the product made there."
    return f"As the owner of the database {database}: {'; '.join(statements)}"
