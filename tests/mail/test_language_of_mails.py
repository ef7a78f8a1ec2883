"""In which language somebody is written to who has perhaps chosen none."""

import pytest
from django.core import mail

from accounts.models import Organization, User

FRENCH = {
    "invitation": "vous invite",
    "password_was_reset": "mot de passe",
    "role_was_changed": "rôle",
    "account_was_deactivated": "désactivé",
}


@pytest.fixture
def last(work):
    """Return a function that sends what waits, and returns the last mail."""

    def act():
        work()
        return mail.outbox[-1]

    return act


@pytest.fixture
def cause(admin, max, last):
    """Return a function that has the Admin cause a mail of a kind, and returns it."""

    def act(kind):
        page = max.get_absolute_url()
        match kind:
            case "invitation":
                admin.post(
                    "/invitations/new/",
                    {"addresses": "new@example.com", "role": "member", "step": "mail"},
                )
            case "password_was_reset":
                admin.post(f"{page}reset-password/", {"new_password": ""})
            case "role_was_changed":
                admin.post(f"{page}role/", {"role": "viewer"})
            case "account_was_deactivated":
                admin.post(f"{page}deactivate/")
        return last()

    return act


@pytest.mark.parametrize("kind", FRENCH)
class TestReaderWithoutALanguage:
    def test_is_written_to_in_english_by_who_reads_english(self, cause, kind):
        assert (
            cause(kind).extra_headers["Content-Language"],
            FRENCH[kind] in mail.outbox[-1].body,
        ) == ("en", False)

    def test_is_written_to_in_the_language_of_the_admin_who_acts(self, ada, cause, kind):
        User.objects.filter(pk=ada.pk).update(language="fr")
        message = cause(kind)
        assert (message.extra_headers["Content-Language"], FRENCH[kind] in message.body) == (
            "fr",
            True,
        )

    def test_is_written_to_in_the_language_of_that_admins_browser(self, admin, cause, kind):
        admin.defaults["HTTP_ACCEPT_LANGUAGE"] = "fr"
        assert FRENCH[kind] in cause(kind).body

    def test_is_written_to_in_the_organizations_language_before_that(self, ada, cause, kind):
        Organization.objects.create(name="Northwind", language="fr")
        User.objects.filter(pk=ada.pk).update(language="en")
        assert FRENCH[kind] in cause(kind).body


class TestReaderWithALanguage:
    @pytest.mark.parametrize("kind", sorted(set(FRENCH) - {"invitation"}))
    def test_is_written_to_in_it(self, max, cause, kind):
        Organization.objects.create(name="Northwind", language="fr")
        User.objects.filter(pk=max.pk).update(language="en")
        assert FRENCH[kind] not in cause(kind).body


class TestWhatNobodyElseCauses:
    def test_is_in_the_organizations_language(self, client, max, last):
        Organization.objects.create(name="Northwind", language="fr")
        client.post("/forgot-password/", {"email": max.email})
        assert "mot de passe" in last().body


class TestInvitation:
    def test_names_the_role_in_its_language_too(self, ada, cause):
        User.objects.filter(pk=ada.pk).update(language="fr")
        assert "Membre" in cause("invitation").body

    def test_resent_is_in_the_language_of_who_resends_it(self, cause, new_user, signed_in_as, last):
        from accounts.models import Invitation

        cause("invitation")
        other = signed_in_as(new_user("Grace Hopper", "admin", language="fr"))
        other.post(f"/invitations/{Invitation.objects.get().public_id}/resend/")
        assert FRENCH["invitation"] in last().body


class TestSetting:
    FORM = {"name": "Northwind", "mail_is_on": "on", "version": 0}

    @pytest.mark.parametrize(
        ("language", "saved"), [("fr", 302), ("", 302), ("en", 302), ("xx", 422)]
    )
    def test_knows_the_languages_of_the_pages(self, admin, language, saved):
        assert (
            admin.post("/organization/", {**self.FORM, "language": language}).status_code == saved
        )

    def test_is_kept_and_shown(self, admin):
        admin.post("/organization/", {**self.FORM, "language": "fr"})
        assert '<option value="fr" selected>' in admin.get("/organization/").content.decode()
        assert Organization.objects.get().language == "fr"


class TestPages:
    @pytest.mark.parametrize(("asked", "named"), [("fr", "fr"), ("en", "en"), ("xx", "en")])
    @pytest.mark.parametrize("path", ["/sign-in/", "/nowhere/"])
    def test_name_their_language(self, client, asked, named, path):
        assert client.get(path, headers={"accept-language": asked})["Content-Language"] == named

    def test_of_a_person_name_the_one_they_chose(self, max, signed_in_as):
        User.objects.filter(pk=max.pk).update(language="fr")
        assert signed_in_as(max).get("/profile/")["Content-Language"] == "fr"
