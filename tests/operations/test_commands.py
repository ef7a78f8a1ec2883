from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

import accounts.users.queries
from accounts.kernel import sessions
from accounts.kernel.session_store import SessionStore
from accounts.models import AuditEvent, CachedCount, Organization, User
from tests.conftest import is_password_of


def run(*arguments, **options):
    out = StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


def password_in(text):
    return text.split("One-time password: ")[1].splitlines()[0]


class TestCreateadmin:
    def test_prints_a_password_that_signs_in_once(self, db):
        printed = run("createadmin", "Root@Example.com", name="Root Person")
        user = User.objects.get(email="root@example.com")
        assert is_password_of(user, password_in(printed))
        assert user.must_change_password

    def test_is_recorded_as_the_system(self, db):
        run("createadmin", "root@example.com")
        event = AuditEvent.objects.get()
        assert (event.action, event.actor_kind) == ("user.created", "system")

    @pytest.mark.parametrize(
        "email", ["", "nonsense", "jörg@example.com", "a@b", "a,b@example.com", "a@example.com\n"]
    )
    def test_refuses_what_is_no_address(self, db, email):
        if email.strip() == "a@example.com":
            run("createadmin", email)
            assert User.objects.get().email == "a@example.com"
            return
        with pytest.raises(CommandError):
            run("createadmin", email)

    def test_refuses_an_address_that_is_taken(self, max):
        with pytest.raises(CommandError, match="resetpassword"):
            run("createadmin", "MAX@example.com")

    def test_at_a_second_start_changes_nothing(self, db):
        run("createadmin", "root@example.com", if_none=True)
        before = User.objects.get().password
        assert run("createadmin", "root@example.com", if_none=True) == ""
        assert User.objects.get().password == before

    def test_does_not_reactivate(self, new_user):
        new_user("Root Person", "admin", is_active=False)
        assert run("createadmin", "root@example.com", if_none=True) == ""
        assert not User.objects.get().is_active


class TestResetpassword:
    def test_is_the_way_back_in(self, ada):
        printed = run("resetpassword", "ADA@example.com")
        assert is_password_of(ada, password_in(printed))

    def test_ends_sessions(self, ada, acting):
        sessions.start(SessionStore(), ada, actor=acting(ada), methods=["password"])
        before = sessions.count(ada)
        run("resetpassword", ada.email)
        assert (before, sessions.count(ada)) == (1, 0)

    def test_is_recorded_as_the_system(self, ada):
        run("resetpassword", ada.email)
        event = AuditEvent.objects.get()
        assert (event.action, event.actor_kind, event.target) == (
            "password.reset_by_admin",
            "system",
            ada,
        )

    def test_says_that_a_deactivated_account_stays_so(self, dora):
        assert "stays deactivated" in run("resetpassword", dora.email)

    def test_refuses_an_address_that_would_not_sign_in(self, max):
        Organization.objects.create(name="Northwind", domains=["northwind.example"])
        with pytest.raises(CommandError, match="does not accept this address"):
            run("resetpassword", max.email)
        before = max.password
        max.refresh_from_db()
        assert max.password == before

    def test_refuses_an_unknown_address(self, db):
        with pytest.raises(CommandError, match="no user with that address"):
            run("resetpassword", "nobody@example.com")


class TestSeedusers:
    def test_adds_people_of_every_kind(self, db, settings):
        settings.DEVELOPMENT = True
        run("seedusers", "200")
        assert User.objects.count() == 200
        kinds = User.objects.values_list("role", "is_active", "must_change_password").distinct()
        assert len(kinds) >= 6

    def test_adds_people_as_saving_each_would(self, db):
        """They can be found, sorted, shown and counted like any others, and are told of in the trail."""
        run("seedusers", "200", yes=True)
        for user in User.objects.all():
            keys, blank = (user.name_key, user.search_key), User()
            user.set_keys()
            assert (user.name_key, user.search_key) == keys
            assert (user.theme, user.version, user.keyboard_shortcuts) == (blank.theme, 1, True)
            assert not user.has_usable_password()
        some = User.objects.order_by("pk")[7]
        assert some in accounts.users.queries.found_by(some.email)
        assert accounts.users.queries.found_by(some.full_name.lower()).count() >= 1
        assert CachedCount.objects.filter(name__startswith="sign_ins:").exists()

    def test_writes_the_trail_of_each(self, db):
        run("seedusers", "200", yes=True)
        created = AuditEvent.objects.filter(action="user.created")
        assert set(created.values_list("target", "details__role")) == set(
            User.objects.values_list("pk", "role")
        )
        seen = AuditEvent.objects.filter(action="session.signed_in").values_list("actor", "at")
        assert set(seen) == set(
            User.objects.exclude(last_sign_in_at=None).values_list("pk", "last_sign_in_at")
        )

    def test_leaves_room_for_whoever_is_added_next(self, db, new_user):
        run("seedusers", "10", yes=True)
        new_user("Ada Lovelace")
        assert User.objects.count() == 11

    @pytest.mark.postgresql
    def test_leaves_the_indexes_of_the_search_as_they_were(self, db):
        if connection.vendor != "postgresql":
            pytest.skip("only PostgreSQL has such indexes (TEST_DATABASE_URL)")
        run("seedusers", "10", yes=True)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT reloptions FROM pg_class WHERE relname IN ('people_by_trigrams', 'people_by_pairs')"
            )
            assert cursor.fetchall() == [(["fastupdate=off"],)] * 2

    def test_goes_on_where_it_stopped(self, db):
        run("seedusers", "10", yes=True)
        run("seedusers", "10", yes=True)
        assert User.objects.count() == 20

    def test_leaves_real_databases_alone(self, db):
        with pytest.raises(CommandError, match="--yes"):
            run("seedusers", "10")

    @pytest.mark.parametrize("number", ["0", "-1", "ten", "1e3", "", "99999999"])
    def test_refuses_a_number_that_is_none(self, db, number):
        with pytest.raises(CommandError, match="whole number"):
            run("seedusers", number, yes=True)


@pytest.mark.parametrize("command", ["createsuperuser", "changepassword"])
def test_djangos_own_ways_past_the_rules_are_closed(db, command):
    with pytest.raises(CommandError, match=r"createadmin|resetpassword"):
        run(command, "x@example.com")


def test_a_file_that_cannot_be_the_database_is_told_with_its_setting(installation, tmp_path):
    """SQLite's own words name neither the file nor where it comes from."""
    (tmp_path / "letter.sqlite3").write_text("Dear Sir or Madam, " * 100)
    for name, words in {
        "nowhere/x.sqlite3": "Is the folder",
        "letter.sqlite3": "no SQLite database",
    }.items():
        environment = {
            "DATABASE_URL": f"sqlite:///{tmp_path}/{name}",
            "DJANGO_SETTINGS_MODULE": "vectice_admin.settings",
        }
        done = installation("manage.py", "migrate", **environment)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
        assert [words in done.stderr, "DATABASE_URL" in done.stderr] == [True, True], done.stderr
