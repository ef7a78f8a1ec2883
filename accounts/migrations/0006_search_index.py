"""
The index that the search uses: what `names.search_key` makes of a person, in pieces of three letters, and of two
and one for the short words.

On PostgreSQL it is pg_trgm's, and one over the pairs for what pg_trgm does not see (short words, punctuation, and
letters that the database's locale does not know). On SQLite FTS5's trigram tokenizer makes both: the pairs of a
text are the trigrams of the text with a space around each of its letters. Triggers keep them true, whoever writes.
"""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

from accounts import names

AT_ONCE = 2_000

PAIRS_FUNCTION = """
    CREATE FUNCTION search_pairs(key text) RETURNS text[] AS $$
        SELECT array_agg(DISTINCT substr(key, n, size))
        FROM generate_series(1, length(key)) n, (VALUES (1), (2)) s(size)
    $$ LANGUAGE sql IMMUTABLE PARALLEL SAFE"""
# fastupdate would let a search wade through what was added since the last vacuum.
INDEX = "CREATE INDEX CONCURRENTLY {} ON accounts_user USING gin ({}) WITH (fastupdate = off)"
POSTGRESQL = (
    INDEX.format("people_by_trigrams", "search_key gin_trgm_ops"),
    INDEX.format("people_by_pairs", "search_pairs(search_key)"),
)
POSTGRESQL_BACK = (
    "DROP INDEX CONCURRENTLY people_by_pairs",
    "DROP INDEX CONCURRENTLY people_by_trigrams",
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
    (SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n < {names.LONGEST_KEY}) SELECT n FROM place"""
SQLITE = (
    "CREATE TABLE search_place (n INTEGER PRIMARY KEY)",
    PLACES,
    f"CREATE VIRTUAL TABLE people_trigrams USING fts5 (key, {OPTIONS})",
    f"CREATE VIRTUAL TABLE people_pairs USING fts5 (key, {OPTIONS})",
    *(f"CREATE TRIGGER {name} {body}" for name, body in TRIGGERS.items()),
)
SQLITE_BACK = (
    *(f"DROP TRIGGER {name}" for name in TRIGGERS),
    *("DROP TABLE people_pairs", "DROP TABLE people_trigrams", "DROP TABLE search_place"),
)


def make(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in (PAIRS_FUNCTION, *POSTGRESQL) if postgresql else SQLITE:
        schema_editor.execute(statement)


def unmake(apps, schema_editor):
    for statement in POSTGRESQL_BACK if schema_editor.connection.vendor == "postgresql" else SQLITE_BACK:
        schema_editor.execute(statement)


def fill(apps, schema_editor):
    """Give who is there their search key, a few at a time; who joins meanwhile gets theirs from the worker."""
    User = apps.get_model("accounts", "User")
    while people := list(User.objects.filter(search_key="").order_by("pk")[:AT_ONCE]):
        for person in people:
            person.name_key = names.fold(person.full_name)[:300]
            person.search_key = names.search_key(person.full_name, person.email)
        User.objects.bulk_update(people, ("name_key", "search_key"), batch_size=500)


def remember_who_invited(apps, schema_editor):
    Invitation = apps.get_model("accounts", "Invitation")
    User = apps.get_model("accounts", "User")
    accepted = Invitation.objects.exclude(accepted_as=None).order_by("pk")
    for user_id, invited_by_id in accepted.values_list("accepted_as_id", "invited_by_id").iterator():
        User.objects.filter(pk=user_id, invited_by=None).update(invited_by_id=invited_by_id)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0005_indexes_of_the_list")]
    operations = [
        TrigramExtension(),
        migrations.RunPython(make, unmake),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(remember_who_invited, migrations.RunPython.noop),
    ]
