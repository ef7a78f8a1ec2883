"""What is read of a session in one statement, past Django's own."""

import pytest
from django.utils import timezone

from accounts.kernel import session_rows, sessions
from accounts.kernel.session_store import SessionStore
from accounts.models import Organization, Session, User


@pytest.fixture
def signed_in(vera, signed_in_as):
    """The stored row of a session whose columns are all filled in."""
    signed_in_as(vera)
    Session.objects.update(elevated_until=timezone.now(), next_path="/roles/")
    return Session.objects.get()


def columns(row):
    return {field.name: getattr(row, field.attname) for field in row._meta.concrete_fields}


class TestWhatIsRead:
    def test_is_what_django_reads_of_each_row(self, vera, signed_in):
        User.objects.update(
            last_sign_in_at=timezone.now(),
            last_active_on=timezone.now().date(),
            list_columns=["role", "a\ud800b"],
        )
        Organization.objects.create(name="Northwind", domains=["people.example"])
        session, organization = session_rows.find(signed_in.session_key)
        assert (columns(session), columns(session.user), columns(organization)) == (
            columns(Session.objects.get()),
            columns(User.objects.get()),
            columns(Organization.objects.get()),
        )

    def test_is_the_name_of_the_environment_where_nothing_was_set(self, signed_in):
        _, organization = session_rows.find(signed_in.session_key)
        assert (organization.name, Organization.objects.exists()) == ("Northwind Analytics", False)

    def test_is_nobody_for_a_visitor(self, signed_in):
        Session.objects.update(user=None)
        session, _ = session_rows.find(signed_in.session_key)
        assert session.user is None

    def test_is_nothing_past_a_limit(self, signed_in, settings, later):
        assert session_rows.find(signed_in.session_key)
        later(minutes=settings.SESSION_IDLE_MINUTES + 1)
        assert session_rows.find(signed_in.session_key) is None


class TestWhoIsSignedIn:
    @pytest.fixture
    def store(self, vera, signed_in_as, settings):
        return SessionStore(signed_in_as(vera).cookies[settings.SESSION_COOKIE_NAME].value)

    def test_is_whose_session_it_is(self, store, vera):
        assert sessions.user_of(store) == vera

    def test_is_nobody_where_contents_and_row_speak_of_two(self, store, ada):
        Session.objects.update(user=ada)
        assert sessions.user_of(store) is None

    def test_is_nobody_who_is_deactivated(self, store):
        User.objects.update(is_active=False)
        assert sessions.user_of(store) is None

    def test_is_nobody_once_the_password_was_set_again(self, store):
        User.objects.update(password_set_at=timezone.now())
        assert (sessions.user_of(store), Session.objects.count()) == (None, 0)

    def test_is_nobody_by_another_way_of_signing_in(self, store):
        store["_auth_user_backend"] = "somewhere.else.Backend"
        assert sessions.user_of(store) is None
