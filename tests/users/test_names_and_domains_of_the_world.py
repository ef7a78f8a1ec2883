"""Names and addresses in every script: stored as they are written, found as they are typed, and never a mask."""

import pytest
from django.core import mail

import accounts.invitations.actions
import accounts.roles.actions
import accounts.users.search_keys
from accounts.kernel.text import email_address, names
from accounts.models import AuditEvent, User
from tests.conftest import text_of

PERSIAN, SINHALA, SCIENTIST = "علی\u200cرضا", "ශ්\u200dරීමාලි", "👩\u200d🔬"
UMLAUT, ASCII = "anna@müller-werk.test", "anna@xn--mller-werk-9db.test"


def add(admin, full_name, email="new@example.com"):
    return admin.post(
        "/users/add/",
        {"full_name": full_name, "email": email, "role": "viewer", "new_password": ""},
    )


def found(admin, q):
    return [person.email for person in admin.get("/users/", {"q": q}).context["list"]["people"]]


class TestName:
    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            (PERSIAN, PERSIAN),
            (SINHALA, SINHALA),
            (f"Ada {SCIENTIST} Lovelace", f"Ada {SCIENTIST} Lovelace"),
            ("👩🏽\u200d⚕️", "👩🏽\u200d⚕️"),
            ("র\u200d্যাব", "র\u200d্যাব"),
            ("Anna\u00adlena", "Annalena"),
            ("A\u200dd\u200ca", "Ada"),
            ("\u200cAda\u200d \u200c Lovelace\u200d", "Ada Lovelace"),
            ("\u202eAda\u202c \u2066Bob\u2069\ufeff\u200f", "Ada Bob"),
            ("Ada\tB\r\nD\x1b[2J\u2028E", "Ada B D [2J E"),
            ("Ada\u3164\u2800Bob", "Ada Bob"),
        ],
    )
    def test_keeps_what_its_script_needs_and_nothing_else_that_nobody_sees(
        self, admin, typed, stored
    ):
        add(admin, typed)
        assert User.objects.get(email="new@example.com").full_name == stored

    @pytest.mark.parametrize("typed", ["\u200d", "\u202e\u00ad", "\u3164", "\u200c \u200d"])
    def test_of_nothing_that_anybody_sees_is_none(self, admin, typed):
        assert add(admin, typed).status_code == 422

    @pytest.mark.parametrize("name", [PERSIAN, SINHALA, SCIENTIST])
    @pytest.mark.parametrize("without", ["", "\u200c", "\u200d"])
    def test_is_found_as_it_was_typed_and_without_its_joiners(self, admin, name, without):
        add(admin, name)
        assert found(admin, name.replace(without, "")) == ["new@example.com"]

    def test_is_kept_so_by_every_other_door(self, admin, max, client, ada, acting, signed_in_as):
        admin.post(f"{max.get_absolute_url()}edit/", {"full_name": PERSIAN, "email": max.email})
        link = accounts.invitations.actions.invite(
            "new@example.com", actor=acting(ada), role="member", by_mail=False
        )[1]
        password = "a sentence that nobody guesses"
        form = {"full_name": SINHALA, "new_password": password, "confirm_password": password}
        client.post(client.get(link)["Location"], form)
        admin.post("/profile/", {"full_name": f"Ada {SCIENTIST}", "theme": "system"})
        stored = dict(User.objects.values_list("email", "full_name"))
        assert stored == {
            max.email: PERSIAN,
            "new@example.com": SINHALA,
            ada.email: f"Ada {SCIENTIST}",
        }


class TestInternationalDomain:
    @pytest.fixture
    def anna(self, admin):
        add(admin, "Anna Muster", UMLAUT)
        return User.objects.get(full_name="Anna Muster")

    def test_is_stored_in_one_form(self, anna):
        assert anna.email == ASCII

    def test_is_shown_with_its_letters_wherever_somebody_is_told_the_address(
        self, admin, anna, client, ada, acting
    ):
        link = accounts.invitations.actions.invite(
            "bob@müller-werk.test", actor=acting(ada), role="member", by_mail=False
        )[1]
        reset = f"{anna.get_absolute_url()}reset-password/"
        version = admin.get(reset).context["form"]["version"].value()
        pages = {
            "before a reset": admin.get(reset),
            "the slip and the message to copy": admin.post(
                reset, {"new_password": "", "version": version}
            ),
            "joining": client.get(link, follow=True),
        }
        for name, page in pages.items():
            html = page.content.decode()
            assert ("@müller-werk.test" in html, "@xn--" in html) == (True, False), name

    @pytest.mark.parametrize(
        "q", ["müller-werk", "muller-werk", "mueller-werk", UMLAUT, ASCII, "xn--mller", "MÜLLER"]
    )
    def test_is_found_by_either_spelling(self, admin, anna, q):
        assert found(admin, q) == [ASCII]

    @pytest.mark.parametrize("person", [UMLAUT, ASCII, "müller-werk", "mueller-werk"])
    def test_is_found_in_the_trail_by_either_spelling(self, admin, anna, person):
        rows = admin.get("/audit/", {"person": person}).context["list"]["events"]
        assert [row.event.target for row in rows] == [anna]

    def test_is_found_among_the_invited(self, admin, ada, acting):
        accounts.invitations.actions.invite(UMLAUT, actor=acting(ada), role="member", by_mail=False)
        for q in (UMLAUT, ASCII, "müller-werk.test"):
            assert UMLAUT in text_of(admin.get("/invitations/", {"q": q})), q

    def test_is_shown_as_people_write_it(self, admin, anna, ada, acting, work, signed_in_as):
        for page in (
            "/users/",
            f"{anna.get_absolute_url()}deactivate/",
            f"{anna.get_absolute_url()}role/?role=member",
        ):
            text = text_of(admin.get(page))
            assert (UMLAUT in text, ASCII in text) == (True, False), page
        accounts.roles.actions.change_role(anna.pk, actor=acting(ada), role="member")
        work()
        message = mail.outbox[-1]
        assert (message.to, UMLAUT in message.body) == ([ASCII], True)

    def test_is_shown_with_the_other_beside_it_on_the_persons_page(self, admin, anna):
        assert f"{UMLAUT} ({ASCII})" in text_of(admin.get(anna.get_absolute_url()))

    def test_is_shown_alone_where_there_is_no_other(self, admin, max):
        text = text_of(admin.get(max.get_absolute_url()))
        assert ("max@example.com" in text, "max@example.com (" in text) == (True, False)

    def test_is_confirmed_by_either_spelling(self, admin, anna):
        admin.post(f"{anna.get_absolute_url()}deactivate/")
        assert admin.post(f"{anna.get_absolute_url()}delete/", {"typed": UMLAUT}).status_code == 302

    def test_is_erased_in_either_spelling(self, admin, anna):
        admin.post(f"{anna.get_absolute_url()}deactivate/")
        admin.post(
            f"{anna.get_absolute_url()}delete/",
            {"typed": ASCII, "reason": f"{UMLAUT} and {ASCII} asked"},
        )
        assert AuditEvent.objects.latest("pk").personal.data == {"reason": "… and … asked"}

    def test_is_found_again_once_the_worker_has_passed_over_what_the_version_before_stored(
        self, admin, anna
    ):
        User.objects.filter(pk=anna.pk).update(
            search_key=names.search_key(anna.full_name, anna.email)
        )
        assert found(admin, "müller-werk") == []
        accounts.users.search_keys.add_search_keys()
        assert found(admin, "müller-werk") == [ASCII]


class TestLookAlike:
    """A domain in foreign letters is written in ASCII where these could be taken for another's."""

    @pytest.mark.parametrize(
        "domain",
        [
            "аррӏе.test",
            "pаypal.test",
            "gοοgle.test",
            "lınkedın.test",
            "οιν.test",
            "micrоsoft.test",
            "раура.test",
        ],
    )
    def test_is_unmasked(self, admin, domain):
        add(admin, "Eve Else", f"eve@{domain}")
        text = text_of(admin.get("/users/"))
        assert (domain in text, "xn--" in text) == (False, True)

    @pytest.mark.parametrize(
        "domain",
        ["bücher.test", "почта.рф", "例え.test", "παράδειγμα.test", "한국.test", "उदाहरण.test"],
    )
    def test_is_not_seen_in_what_is_written_in_one_script(self, domain):
        email = email_address.canonical(f"eve@{domain}")
        assert email_address.shown(email) == f"eve@{domain}"
