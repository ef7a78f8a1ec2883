"""
The index that the search uses: the search key that is stored with a person, in pieces of three letters, and of two
and one for the short words.

On PostgreSQL it is pg_trgm's, and one over the pairs for what pg_trgm does not see (short words, punctuation, and
letters that the database's locale does not know). On SQLite FTS5's trigram tokenizer makes both: the pairs of a
text are the trigrams of the text with a space around each of its letters. Triggers keep them true, whoever writes.
"""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

from accounts.migrations._search_keys import LONGEST_KEY

PAIRS_FUNCTION = """
    CREATE OR REPLACE FUNCTION search_pairs(key text) RETURNS text[] AS $$
        SELECT array_agg(DISTINCT substr(key, n, size))
        FROM generate_series(1, length(key)) n, (VALUES (1), (2)) s(size)
    $$ LANGUAGE sql IMMUTABLE PARALLEL SAFE"""
# fastupdate would let a search wade through what was added since the last vacuum.
INDEX = "CREATE INDEX CONCURRENTLY {} ON accounts_user USING gin ({}) WITH (fastupdate = off)"
DROP_INDEX = "DROP INDEX CONCURRENTLY IF EXISTS {}"
# What is half built, because the migration was interrupted, is built again.
POSTGRESQL = (
    DROP_INDEX.format("people_by_trigrams"),
    INDEX.format("people_by_trigrams", "search_key {}.gin_trgm_ops"),
    DROP_INDEX.format("people_by_pairs"),
    INDEX.format("people_by_pairs", "search_pairs(search_key)"),
)
# A DBA may have made the extension in a schema of its own, which is not in the search_path.
EXTENSION_IN = """
    SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
    WHERE extname = 'pg_trgm'"""
POSTGRESQL_BACK = (
    DROP_INDEX.format("people_by_pairs"),
    DROP_INDEX.format("people_by_trigrams"),
    "DROP FUNCTION search_pairs",
)

OPTIONS = "content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1'"


def _spaced(key):
    return f"(SELECT ' ' || group_concat(substr({key}, n, 1), ' ') || ' ' FROM search_place WHERE n <= length({key}))"


def _write(row):
    return (
        f"INSERT INTO people_trigrams (rowid, key) VALUES ({row}.id, {row}.search_key);"
        f"INSERT INTO people_pairs (rowid, key) VALUES ({row}.id, {_spaced(row + '.search_key')});"
    )


def _erase(row):
    delete = f"'delete', {row}.id"
    return (
        f"INSERT INTO people_trigrams (people_trigrams, rowid, key) VALUES ({delete}, {row}.search_key);"
        f"INSERT INTO people_pairs (people_pairs, rowid, key) VALUES ({delete}, {_spaced(row + '.search_key')});"
    )


TRIGGERS = {
    "people_search_added": f"AFTER INSERT ON accounts_user WHEN new.search_key <> '' BEGIN {_write('new')} END",
    "people_search_removed": f"AFTER DELETE ON accounts_user WHEN old.search_key <> '' BEGIN {_erase('old')} END",
    "people_search_changed": (
        "AFTER UPDATE OF search_key ON accounts_user WHEN old.search_key <> '' AND old.search_key <> new.search_key "
        f"AND new.search_key <> '' BEGIN {_erase('old')} {_write('new')} END"
    ),
    "people_search_begun": (
        "AFTER UPDATE OF search_key ON accounts_user WHEN old.search_key = '' AND new.search_key <> '' "
        f"BEGIN {_write('new')} END"
    ),
    "people_search_ended": (
        "AFTER UPDATE OF search_key ON accounts_user WHEN old.search_key <> '' AND new.search_key = '' "
        f"BEGIN {_erase('old')} END"
    ),
}
PLACES = f"""
    INSERT INTO search_place WITH RECURSIVE place(n) AS
    (SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n < {LONGEST_KEY}) SELECT n FROM place"""
KEPT = "FROM accounts_user WHERE search_key <> ''"
SQLITE_BACK = (
    *(f"DROP TRIGGER IF EXISTS {name}" for name in TRIGGERS),
    *(
        f"DROP TABLE IF EXISTS {name}"
        for name in ("people_pairs", "people_trigrams", "search_place")
    ),
)
SQLITE = (
    *SQLITE_BACK,
    "CREATE TABLE search_place (n INTEGER PRIMARY KEY)",
    PLACES,
    f"CREATE VIRTUAL TABLE people_trigrams USING fts5 (key, {OPTIONS})",
    f"CREATE VIRTUAL TABLE people_pairs USING fts5 (key, {OPTIONS})",
    *(f"CREATE TRIGGER {name} {body}" for name, body in TRIGGERS.items()),
    f"INSERT INTO people_trigrams (rowid, key) SELECT id, search_key {KEPT}",
    f"INSERT INTO people_pairs (rowid, key) SELECT id, {_spaced('accounts_user.search_key')} {KEPT}",
)


class Trigrams(TrigramExtension):
    """The extension, on the database that has it."""

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)


def make(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        for statement in SQLITE:
            schema_editor.execute(statement)
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(EXTENSION_IN)
        schema = cursor.fetchone()[0]
    for statement in (PAIRS_FUNCTION, *POSTGRESQL):
        schema_editor.execute(statement.replace("{}", schema))


def unmake(apps, schema_editor):
    for statement in (
        POSTGRESQL_BACK if schema_editor.connection.vendor == "postgresql" else SQLITE_BACK
    ):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0005_indexes_of_the_list")]
    operations = [
        Trigrams(),
        migrations.RunPython(make, unmake),
    ]
