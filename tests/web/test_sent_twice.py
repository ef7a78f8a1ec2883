"""The same form again: by a second click on a slow line without JavaScript, or by reloading the answer."""

import re

import pytest
from django_tasks_db.models import DBTaskResult

import accounts.invitations.actions
from accounts.models import AuditEvent, BulkJob, Invitation, SentForm, User
from tests.conftest import is_password_of, maintain, text_of

ADD = {"full_name": "Bob Noyce", "email": "bob@example.com", "role": "member", "new_password": ""}


def form_of(client, page, **typed):
    """Return what the form of a page sends that somebody filled in."""
    found = dict(
        re.findall(
            r'<input type="hidden" name="(form_id|version)" value="([^"]*)"', _text(client, page)
        )
    )
    return {**found, **typed}


def _text(client, page):
    return client.get(page).content.decode()


def password_in(response):
    return re.search(r'id="password"[^>]*>([^<]+)<', response.content.decode())[1]


def links_in(response):
    return re.findall(r"http://admin.northwind.example(/join/[^<\s]+)", response.content.decode())


@pytest.fixture
def reset_page(max):
    return f"/users/{max.public_id}/reset-password/"


class TestReset:
    @pytest.fixture
    def form(self, admin, reset_page):
        return form_of(admin, reset_page, new_password="")

    def test_again_shows_the_same_password(self, admin, max, reset_page, form):
        first, again = admin.post(reset_page, form), admin.post(reset_page, form)
        assert (again.status_code, password_in(again)) == (200, password_in(first))
        assert is_password_of(max, password_in(again))

    def test_again_does_nothing_again(self, admin, reset_page, form):
        admin.post(reset_page, form), admin.post(reset_page, form)
        assert AuditEvent.objects.filter(action="password.reset_by_admin").count() == 1

    def test_after_a_minute_says_what_was_done_and_offers_the_next_step(
        self, admin, max, reset_page, form, later
    ):
        first = admin.post(reset_page, form)
        later(seconds=60)
        again = admin.post(reset_page, form)
        text = text_of(again)
        assert (again.status_code, password_in(first) in again.content.decode()) == (409, False)
        assert "You sent this form before" in text
        assert "You reset Max Planck’s password" in text
        assert "faster" not in text
        assert f'href="{reset_page}"' in again.content.decode()

    def test_with_another_id_is_another_form(self, admin, max, reset_page, form):
        first = admin.post(reset_page, form)
        second = admin.post(reset_page, form_of(admin, reset_page, new_password=""))
        assert password_in(second) != password_in(first)

    def test_by_another_admin_shows_nothing(self, admin, new_user, signed_in_as, reset_page, form):
        first = admin.post(reset_page, form)
        other = signed_in_as(new_user("Grace Hopper", "admin")).post(reset_page, form)
        assert (other.status_code, password_in(first) in other.content.decode()) == (409, False)

    def test_by_who_is_no_admin_any_more_shows_nothing(self, admin, ada, reset_page, form):
        first = admin.post(reset_page, form)
        User.objects.filter(pk=ada.pk).update(role="member")
        again = admin.post(reset_page, form)
        assert (again.status_code, password_in(first) in again.content.decode()) == (403, False)

    @pytest.mark.parametrize("since", ["reset by another", "expired", "deleted"])
    def test_shows_no_password_that_is_none_any_more(
        self, admin, max, new_user, signed_in_as, reset_page, form, since
    ):
        first = admin.post(reset_page, form)
        if since == "reset by another":
            signed_in_as(new_user("Grace Hopper", "admin")).post(reset_page, {"new_password": ""})
        elif since == "expired":
            admin.post(f"/credentials/{max.public_id}/expire/")
        else:
            admin.post(f"/users/{max.public_id}/deactivate/")
            admin.post(f"/users/{max.public_id}/delete/", {"typed": max.email})
        again = admin.post(reset_page, form)
        assert (again.status_code, password_in(first) in again.content.decode()) == (
            404 if since == "deleted" else 409,
            False,
        )

    def test_without_an_id_is_refused_as_it_was(self, admin, max, reset_page):
        typed = {"new_password": "", "version": max.version}
        assert [admin.post(reset_page, typed).status_code for _ in range(2)] == [200, 409]

    def test_with_a_fault_is_no_sent_form(self, admin, reset_page, form):
        admin.post(reset_page, {**form, "new_password": "short"})
        assert (SentForm.objects.count(), admin.post(reset_page, form).status_code) == (0, 200)


class TestWhatIsKept:
    @pytest.fixture
    def shown(self, admin, reset_page):
        return password_in(admin.post(reset_page, form_of(admin, reset_page, new_password="")))

    def test_cannot_be_read(self, shown):
        [row] = SentForm.objects.values()
        assert row["sealed"]
        assert shown not in str(row)

    def test_is_erased_by_the_worker_after_a_minute(self, admin, reset_page, later, work):
        admin.post(reset_page, form_of(admin, reset_page, new_password=""))
        work()
        assert SentForm.objects.exclude(sealed="").count() == 1
        later(seconds=61)
        work()
        assert SentForm.objects.exclude(sealed="").count() == 0

    def test_is_tidied_where_the_task_was_lost(self, shown, later):
        DBTaskResult.objects.all().delete()
        later(minutes=2)
        maintain()
        assert [row.sealed for row in SentForm.objects.all()] == [""]
        later(days=1)
        maintain()
        assert not SentForm.objects.exists()


class TestAdd:
    @pytest.fixture
    def form(self, admin):
        return form_of(admin, "/users/add/", **ADD)

    def test_again_shows_the_same_page(self, admin, form):
        first, again = admin.post("/users/add/", form), admin.post("/users/add/", form)
        assert (password_in(again), "Bob Noyce was added." in text_of(again)) == (
            password_in(first),
            True,
        )
        assert User.objects.filter(email="bob@example.com").count() == 1

    def test_after_a_minute_says_that_the_user_was_added(self, admin, form, later):
        admin.post("/users/add/", form)
        later(seconds=61)
        again = admin.post("/users/add/", form)
        bob = User.objects.get(email="bob@example.com")
        assert (again.status_code, "You added Bob Noyce" in text_of(again)) == (409, True)
        assert f'href="/users/{bob.public_id}/reset-password/"' in again.content.decode()

    def test_with_another_name_is_another_form(self, admin, form):
        admin.post("/users/add/", form)
        assert admin.post("/users/add/", {**form, "email": "bo@example.com"}).status_code == 200


class TestInvitation:
    def test_again_shows_the_same_links(self, admin):
        form = form_of(
            admin,
            "/invitations/new/",
            addresses="a@example.com b@example.com",
            role="member",
            step="link",
        )
        form["addresses"] = "a@example.com, b@example.com"
        first, again = admin.post("/invitations/new/", form), admin.post("/invitations/new/", form)
        assert (len(links_in(first)), links_in(again)) == (2, links_in(first))

    def test_by_mail_again_says_the_same(self, admin):
        form = form_of(
            admin, "/invitations/new/", addresses="a@example.com", role="member", step="mail"
        )
        first, again = admin.post("/invitations/new/", form), admin.post("/invitations/new/", form)
        assert text_of(again) == text_of(first)
        assert Invitation.objects.count() == 1

    def test_whose_link_is_shown_keeps_that_link(self, admin, ada, acting, client):
        invitation, _path = accounts.invitations.actions.invite(
            "a@example.com", actor=acting(ada), role="member", by_mail=False
        )
        path = f"/invitations/{invitation.public_id}/link/"
        form = form_of(admin, "/invitations/")
        first, again = admin.post(path, form), admin.post(path, form)
        assert (len(links_in(first)), links_in(again)) == (1, links_in(first))
        assert client.get(links_in(again)[0]).status_code == 302

    def test_whose_link_was_shown_does_not_show_it_once_it_was_cancelled(self, admin, ada, acting):
        invitation, _path = accounts.invitations.actions.invite(
            "a@example.com", actor=acting(ada), role="member", by_mail=False
        )
        path, form = f"/invitations/{invitation.public_id}/link/", form_of(admin, "/invitations/")
        first = admin.post(path, form)
        accounts.invitations.actions.cancel(invitation.public_id, actor=acting(ada))
        again = admin.post(path, form)
        assert (len(links_in(first)), again.status_code, links_in(again)) == (1, 409, [])

    def test_whose_link_was_shown_a_minute_ago_leads_to_the_invitations(
        self, admin, ada, acting, later
    ):
        invitation, _path = accounts.invitations.actions.invite(
            "a@example.com", actor=acting(ada), role="member", by_mail=False
        )
        path, form = f"/invitations/{invitation.public_id}/link/", form_of(admin, "/invitations/")
        admin.post(path, form)
        later(minutes=1)
        again = admin.post(path, form)
        assert (again.status_code, "You made this link" in text_of(again), links_in(again)) == (
            409,
            True,
            [],
        )


class TestPasswordsOfABulkReset:
    @pytest.fixture
    def page(self, admin, max, vera, work):
        people = [str(max.public_id), str(vera.public_id)]
        admin.post("/users/bulk/choose/", {"action": "reset_password", "user": people})
        page = f"/users/bulk/{BulkJob.objects.get().public_id}/"
        admin.post(f"{page}start/")
        work()
        return page

    def test_are_the_same_file_again_and_then_gone(self, admin, page, later):
        form = form_of(admin, page, format="csv")
        first, again = (
            b"".join(admin.post(f"{page}passwords/", form).streaming_content) for _ in range(2)
        )
        assert (first.count(b"@example.com"), again) == (2, first)
        later(minutes=1)
        late = admin.post(f"{page}passwords/", form)
        assert (late.status_code, "You downloaded these temporary passwords" in text_of(late)) == (
            409,
            True,
        )

    def test_are_not_fetched_again_by_another_form(self, admin, page):
        form = form_of(admin, page, format="csv")
        admin.post(f"{page}passwords/", form)
        assert admin.post(f"{page}passwords/", {**form, "form_id": "another"}).status_code == 409
