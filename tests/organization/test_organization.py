import pytest

from accounts.models import AuditEvent, Organization
from tests.conftest import PASSWORD, text_of

FORM = {
    "name": "Southwind",
    "domains": "",
    "support_address": "help@example.com",
    "mail_is_on": "on",
    "version": 0,
}


def save(admin, **typed):
    return admin.post("/organization/", {**FORM, **typed})


class TestSettings:
    def test_are_saved_and_seen_everywhere(self, admin):
        save(admin)
        text = text_of(admin.get("/users/"))
        assert "1 person in Southwind" in text
        assert "help@example.com" in text

    def test_begin_with_the_name_of_the_environment(self, admin):
        assert 'value="Northwind Analytics"' in admin.get("/organization/").content.decode()

    def test_are_recorded_with_old_and_new(self, admin):
        save(admin)
        assert AuditEvent.objects.get().details["changed"]["name"] == [
            "Northwind Analytics",
            "Southwind",
        ]

    def test_saved_as_they_are_leave_no_entry(self, admin):
        save(admin)
        save(admin, version=1)
        assert AuditEvent.objects.count() == 1

    @pytest.mark.parametrize(
        "fault",
        [
            {"name": ""},
            {"domains": "nonsense"},
            {"domains": "a b c"},
            {"support_address": "x"},
            {"version": ""},
        ],
    )
    def test_with_a_fault_are_not_saved(self, admin, fault):
        assert save(admin, **fault).status_code == 422
        assert not Organization.objects.exists()

    def test_changed_by_another_meanwhile_show_both(self, admin):
        save(admin)
        response = save(admin, name="Westwind")
        text = text_of(response)
        assert (response.status_code, "theirs: Southwind – yours: Westwind" in text) == (409, True)

    def test_changed_by_another_meanwhile_are_shown_in_words(self, admin):
        save(admin, domains="example.com, example.org", language="fr")
        text = text_of(save(admin, mail_is_on=""))
        found = {
            words: words in text
            for words in (
                "Send emails theirs: yes – yours: no",
                "Authorized email domains theirs: example.com, example.org – yours: –",
                "Language of emails theirs: Français – yours: –",
            )
        }
        assert found == dict.fromkeys(found, True)

    def test_say_whether_the_password_rules_meet_nist(self, admin, settings):
        assert "Meets NIST SP 800-63B-4: yes." in text_of(admin.get("/organization/"))
        settings.PASSWORD_MIN_LENGTH = 10
        assert "no, because" in text_of(admin.get("/organization/"))


class TestDomains:
    def test_are_kept_in_one_form(self, admin):
        save(admin, domains="Example.COM, @bücher.test")
        assert Organization.objects.get().domains == ["example.com", "xn--bcher-kva.test"]

    def test_in_use_are_not_taken_out_without_saying_who_is_cut_off(self, admin, new_user):
        new_user("Olga Outside", email="olga@other.example")
        response = save(admin, domains="example.com")
        assert (response.status_code, "1 active person is cut off" in text_of(response)) == (
            422,
            True,
        )
        assert not Organization.objects.exists()

    def test_that_cut_people_off_are_a_fault_in_the_summary_too(self, admin, new_user):
        new_user("Olga Outside", email="olga@other.example")
        response = save(admin, domains="example.com")
        assert "<title>Error: " in response.content.decode()
        assert "Cut them off: The new domains cut people off." in text_of(response)

    def test_that_cut_many_off_say_that_not_all_are_named(self, admin, new_user):
        for number in range(21):
            new_user(f"Person {number}", email=f"p{number}@other.example")
        text = text_of(save(admin, domains="example.com"))
        assert "21 active people are cut off" in text
        assert "The first 20 of them:" in text

    def test_cut_people_off_once_that_is_agreed_to(self, admin, new_user, signed_in_as, client):
        olga = new_user("Olga Outside", email="olga@other.example")
        browser = signed_in_as(olga)
        save(admin, domains="example.com", cut_off="on")
        assert browser.get("/profile/").status_code == 302
        assert (
            client.post("/sign-in/", {"email": olga.email, "password": PASSWORD}).status_code == 422
        )

    def test_cut_nobody_off_who_is_deactivated(self, admin, new_user):
        new_user("Olga Outside", email="olga@other.example", is_active=False)
        save(admin, domains="example.com")
        assert Organization.objects.get().domains == ["example.com"]

    def test_cannot_cut_off_who_sets_them(self, admin):
        assert "Your own address must stay" in text_of(
            save(admin, domains="other.example", cut_off="on")
        )


class TestDomainsThatOnlyEndAlike:
    """A domain is what stands after the @, all of it."""

    OTHERS = ("evil-example.com", "sub.example.com", "example.com.evil.test", "xample.com")

    def test_are_cut_off(self, admin, new_user):
        for number, domain in enumerate(self.OTHERS):
            new_user(f"Person {number}", email=f"p{number}@{domain}")
        assert "4 active people are cut off" in text_of(save(admin, domains="example.com"))

    @pytest.mark.parametrize("domain", OTHERS)
    def test_sign_out_and_keep_out_whoever_has_one(
        self, admin, new_user, signed_in_as, client, domain
    ):
        eve = new_user("Eve Else", email=f"eve@{domain}")
        browser = signed_in_as(eve)
        save(admin, domains="example.com", cut_off="on")
        assert browser.get("/profile/").status_code == 302
        assert (
            client.post("/sign-in/", {"email": eve.email, "password": PASSWORD}).status_code == 422
        )

    @pytest.mark.parametrize("domain", OTHERS)
    def test_are_not_accepted_for_somebody_new(self, admin, domain):
        save(admin, domains="example.com")
        new = {"full_name": "Eve Else", "role": "viewer", "new_password": ""}
        assert admin.post("/users/add/", {**new, "email": f"eve@{domain}"}).status_code == 422
        assert admin.post("/users/add/", {**new, "email": "eve@example.com"}).status_code == 200


class TestMailOff:
    def test_sends_nothing_and_says_so(self, admin, max, work):
        from django.core import mail

        form = {name: value for name, value in FORM.items() if name != "mail_is_on"}
        admin.post("/organization/", form)
        assert "Mail is turned off: nobody is told." in text_of(
            admin.get(f"{max.get_absolute_url()}reset-password/")
        )
        admin.post(f"{max.get_absolute_url()}reset-password/", {"new_password": ""})
        work()
        assert mail.outbox == []

    def test_is_said_where_a_link_would_be_asked_for(self, client):
        Organization.objects.create(name="Southwind", mail_is_on=False)
        assert "Southwind sends no mails at the moment." in text_of(client.get("/forgot-password/"))

    @pytest.mark.parametrize(
        ("page", "words"),
        [
            ("deactivate/", "Nothing is deleted."),
            ("role/?role=viewer", "It counts from the next page"),
            ("reset-password/", "The password must be changed at the next sign-in."),
        ],
    )
    def test_takes_no_other_fact_off_a_page(self, admin, max, page, words):
        Organization.objects.create(name="Southwind", mail_is_on=False)
        response = admin.get(max.get_absolute_url() + page)
        assert words in text_of(response)
        assert response.content.count(b"<ul") == response.content.count(b"</ul>")

    @pytest.mark.parametrize("path", ["/password/change/", "/reset/done/"])
    def test_promises_no_mail(self, admin, path):
        assert "A mail tells you" in text_of(admin.get(path))
        Organization.objects.create(name="Southwind", mail_is_on=False)
        assert "A mail tells you" not in text_of(admin.get(path))
