import re

import pytest
from django.core import mail
from django.utils import timezone

import accounts.invitations.actions
import accounts.passwords.actions
from accounts.kernel import sessions
from accounts.kernel.crypto import tokens
from accounts.kernel.session_store import SessionStore
from accounts.models import AuditEvent, Organization, PersonalDetail, User
from tests.conftest import PASSWORD, TEMPORARY, text_of


def admin_actor():
    from accounts.kernel.actor import Actor

    return Actor.signed_in(User.objects.get(email="ada@example.com"))


class TestAdd:
    FORM = {
        "full_name": "Bob Bunsen",
        "email": "Bob@Example.com",
        "role": "viewer",
        "new_password": "",
    }

    def test_hands_a_temporary_password_over(self, admin, client):
        page = admin.post("/users/add/", self.FORM).content.decode()
        password = re.search(r'id="password">([^<]+)<', page)[1]
        response = client.post(
            "/sign-in/", {"email": "bob@example.com", "password": password}, follow=True
        )
        assert "Choose your own password" in text_of(response)

    def test_is_recorded_with_the_role_and_who_set_the_password(self, admin, ada):
        admin.post("/users/add/", self.FORM)
        user, entry = User.objects.get(email="bob@example.com"), AuditEvent.objects.get()
        assert (entry.actor, entry.target, entry.details, user.password_set_by) == (
            ada,
            user,
            {"role": "viewer"},
            ada,
        )

    def test_takes_a_typed_password(self, admin):
        assert TEMPORARY in text_of(
            admin.post("/users/add/", {**self.FORM, "new_password": TEMPORARY})
        )

    @pytest.mark.parametrize(
        ("fault", "words"),
        [
            ({"email": "MAX@example.com"}, "There is a user with this address already."),
            ({"email": "jörg@example.com"}, "Enter an email address like name@example.com."),
            ({"full_name": " "}, "This field is required."),
            ({"role": "root"}, "Select a valid choice."),
            ({"new_password": "bob bunsen 1234"}, "It is made of the person's name or address"),
        ],
    )
    def test_with_a_fault_adds_nobody(self, admin, max, fault, words):
        response = admin.post("/users/add/", {**self.FORM, **fault})
        assert (response.status_code, words in text_of(response), User.objects.count()) == (
            422,
            True,
            2,
        )

    def test_outside_the_authorized_domains_is_refused(self, admin):
        Organization.objects.create(name="N", domains=["northwind.example"])
        assert "Only addresses of these domains" in text_of(admin.post("/users/add/", self.FORM))


class TestEdit:
    def edit(self, admin, person, **typed):
        form = {"full_name": person.full_name, "email": person.email, **typed}
        return admin.post(f"{person.get_absolute_url()}edit/", form)

    def test_has_no_password_field(self, admin, max):
        page = admin.get(f"{max.get_absolute_url()}edit/").content.decode()
        assert 'name="full_name"' in page
        assert not re.search(
            r'type="password"|name="\w*password"|new-password|current-password', page
        )

    def test_changes_name_and_address(self, admin, max):
        self.edit(admin, max, full_name="Max Born", email="Born@example.com")
        max.refresh_from_db()
        assert (max.full_name, max.email) == ("Max Born", "born@example.com")

    def test_keeps_the_password(self, admin, max, client):
        self.edit(admin, max, email="born@example.com", password="x", new_password="y")
        assert (
            client.post(
                "/sign-in/", {"email": "born@example.com", "password": PASSWORD}
            ).status_code
            == 302
        )

    def test_of_the_address_kills_reset_links(self, admin, max, client):
        accounts.passwords.actions.issue_reset_link.call(
            email=max.email, address=None, user_agent=""
        )
        max.refresh_from_db()
        link = f"/reset/{max.public_id}/{tokens.make(max)}/"
        self.edit(admin, max, email="born@example.com")
        assert client.get(link).status_code == 410

    def test_of_the_address_is_told_to_both(self, admin, max, work):
        self.edit(admin, max, email="born@example.com")
        work()
        assert sorted(message.to[0] for message in mail.outbox) == [
            "born@example.com",
            "max@example.com",
        ]

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            (
                {"email": "born@example.com"},
                {"old_email": "max@example.com", "new_email": "born@example.com"},
            ),
            ({"full_name": "Max Born"}, {"old_name": "Max Planck", "new_name": "Max Born"}),
        ],
    )
    def test_is_recorded_with_old_and_new(self, admin, max, typed, kept):
        self.edit(admin, max, **typed)
        assert AuditEvent.objects.get().personal.data == kept

    def test_saved_as_it_is_leaves_no_entry(self, admin, max):
        assert self.edit(admin, max).status_code == 302
        assert not AuditEvent.objects.exists()

    def test_to_the_address_of_an_invitation_ends_that(self, admin, ada, max, acting, client):
        _invitation, link = accounts.invitations.actions.invite(
            "new@example.com", actor=acting(ada), role="admin", by_mail=False
        )
        before = client.get(link).status_code
        self.edit(admin, max, email="new@example.com")
        assert (before, client.get(link).status_code) == (302, 410)

    def test_takes_a_name_of_150_characters_and_no_more(self, admin, max):
        assert [
            self.edit(admin, max, full_name="é" * length).status_code for length in (150, 151)
        ] == [302, 422]

    def test_to_a_taken_address_is_refused(self, admin, max, vera):
        assert self.edit(admin, max, email="VERA@example.com").status_code == 422

    def test_from_a_stale_page_changes_nothing(self, admin, max):
        assert self.edit(admin, max, full_name="X", version=7).status_code == 409

    def test_of_oneself_is_refused(self, admin, ada):
        assert self.edit(admin, ada, email="root@example.com").status_code == 403


class TestDelete:
    def delete(self, admin, person, typed=None):
        return admin.post(f"{person.get_absolute_url()}delete/", {"typed": typed or person.email})

    def test_takes_the_personal_data_out(self, admin, dora):
        assert dora.has_usable_password()
        self.delete(admin, dora)
        dora.refresh_from_db()
        assert dora.full_name == f"Deleted user {str(dora.public_id)[:8]}"
        assert "dora" not in f"{dora.full_name} {dora.email} {dora.name_key}".lower()
        assert not dora.has_usable_password()

    def test_leaves_a_deleted_admin_no_role(self, admin, new_user):
        grace = new_user("Grace Hopper", "admin", is_active=False)
        self.delete(admin, grace)
        grace.refresh_from_db()
        assert (grace.role, grace.is_active, grace.last_sign_in_at) == ("viewer", False, None)

    def test_leaves_nothing_of_what_they_set_and_did(self, admin, dora):
        now = timezone.now()
        kept = {
            "time_zone": "Asia/Tokyo",
            "language": "fr",
            "theme": "dark",
            "list_columns": ["created"],
        }
        kept |= {
            "last_sign_in_at": now,
            "generated_password_set_at": now,
            "temporary_password_letters": "argon2$x",
        }
        User.objects.filter(pk=dora.pk).update(**kept)
        self.delete(admin, dora)
        left = User.objects.values(*kept).get(pk=dora.pk)
        of_nobody = {"time_zone": "", "language": "", "theme": "system"}
        assert left == {name: of_nobody.get(name) for name in kept}

    def test_ends_a_session_that_was_still_there(self, admin, dora, acting):
        sessions.start(SessionStore(), dora, actor=acting(dora), methods=["password"])
        before = sessions.count(dora)
        self.delete(admin, dora)
        assert (before, sessions.count(dora)) == (1, 0)

    def test_leaves_the_trail_whole(self, admin, dora):
        admin.post(
            f"{dora.get_absolute_url()}edit/", {"full_name": "Dora M.", "email": "m@example.com"}
        )
        dora.refresh_from_db()
        before = AuditEvent.objects.count()
        self.delete(admin, dora)
        assert AuditEvent.objects.count() == before + 1
        assert not PersonalDetail.objects.filter(user=dora).exists()

    def test_forgets_the_address_in_what_was_said_before_they_joined(self, admin, client):
        _invitation, link = accounts.invitations.actions.invite(
            "new@example.com", actor=admin_actor(), role="member", by_mail=False
        )
        form = {"full_name": "New Person", "new_password": TEMPORARY, "confirm_password": TEMPORARY}
        client.post(client.get(link)["Location"], form)
        person = User.objects.get(email="new@example.com")
        admin.post(f"{person.get_absolute_url()}deactivate/")
        assert "new@example.com" in str(list(PersonalDetail.objects.values_list("data", flat=True)))
        self.delete(admin, person)
        assert "new@example.com" not in str(
            list(PersonalDetail.objects.values_list("data", flat=True))
        )

    def test_makes_the_address_free_again(self, admin, dora, new_user):
        self.delete(admin, dora)
        assert new_user("Dora Again", email="dora@example.com")

    def test_takes_them_off_the_list(self, admin, dora):
        self.delete(admin, dora)
        assert admin.get(dora.get_absolute_url()).status_code == 404
        assert "Deleted user" not in text_of(admin.get("/users/"))

    def test_wants_the_email_typed(self, admin, dora):
        assert self.delete(admin, dora, typed="max@example.com").status_code == 422

    def test_of_somebody_active_is_refused(self, admin, max):
        response = self.delete(admin, max)
        assert (response.status_code, "Deactivate the user first." in text_of(response)) == (
            403,
            True,
        )


class TestReason:
    def test_is_in_the_audit_trail(self, admin, max):
        admin.post(f"{max.get_absolute_url()}role/", {"role": "viewer", "reason": "left the  team"})
        assert AuditEvent.objects.get().personal.data == {"reason": "left the team"}

    @pytest.mark.parametrize(("tick", "told"), [({"tell_reason": "on"}, True), ({}, False)])
    def test_is_in_the_mail_if_the_admin_ticks_so(self, admin, max, work, tick, told):
        admin.post(
            f"{max.get_absolute_url()}reset-password/",
            {"new_password": "", "reason": "phone was lost", **tick},
        )
        work()
        assert ("phone was lost" in mail.outbox[0].body) is told


class TestLedger:
    def test_shows_what_others_did(self, admin, max, signed_in_as):
        admin.post(f"{max.get_absolute_url()}role/", {"role": "viewer", "reason": "left the team"})
        text = text_of(signed_in_as(max).get("/profile/ledger/"))
        assert all(part in text for part in ("Role changed", "Ada Lovelace", "left the team"))

    def test_shows_nothing_of_others(self, admin, max, vera, signed_in_as):
        admin.post(f"{max.get_absolute_url()}role/", {"role": "viewer"})
        assert "No activity by others yet." in text_of(signed_in_as(vera).get("/profile/ledger/"))
