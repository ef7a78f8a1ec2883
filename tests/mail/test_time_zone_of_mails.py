"""In which time zone a mail tells when: the reader's, else that of who acted."""

import pytest
from django.core import mail

from accounts.models import Organization, User


@pytest.fixture
def told(admin, ada, max, work):
    """Return a function that mails Max of a reset by Ada, each with a time zone, and returns the text."""

    def reset(reader="", admins=""):
        User.objects.filter(pk=max.pk).update(time_zone=reader)
        User.objects.filter(pk=ada.pk).update(time_zone=admins)
        admin.post(f"{max.get_absolute_url()}reset-password/", {"new_password": ""})
        work()
        return mail.outbox[-1].body

    return reset


def test_is_the_readers(told):
    assert " JST." in told(reader="Asia/Tokyo", admins="Asia/Kolkata")


def test_of_a_reader_without_one_is_the_organizations(told):
    Organization.objects.create(name="Northwind", time_zone="Asia/Tokyo")
    assert " JST." in told(admins="Asia/Kolkata")


def test_of_neither_is_that_of_the_admin_who_acts(told):
    assert " IST." in told(admins="Asia/Kolkata")


def test_is_that_of_the_admins_browser_where_both_chose_none(admin, told):
    admin.cookies["timezone"] = "Asia/Tokyo"
    assert " JST." in told()


def test_is_utc_where_nobody_says(told):
    assert " UTC." in told()


def test_that_this_machine_does_not_know_is_passed_over(told):
    assert " IST." in told(reader="Nowhere/Atlantis", admins="Asia/Kolkata")


@pytest.mark.parametrize(("typed", "kept"), [("paris", "Europe/Paris"), ("", ""), ("UTC", "UTC")])
def test_of_the_organization_is_a_setting(admin, typed, kept):
    form = {"name": "Northwind", "mail_is_on": "on", "version": 0, "time_zone": typed}
    assert admin.post("/organization/", form).status_code == 302
    assert Organization.objects.get().time_zone == kept


def test_of_the_organization_must_be_one(admin):
    form = {"name": "Northwind", "mail_is_on": "on", "version": 0, "time_zone": "Atlantis"}
    assert admin.post("/organization/", form).status_code == 422
