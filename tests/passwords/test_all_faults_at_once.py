"""A new password that is wrong in more than one way: all of it is said, on every page where a person chooses one."""

import pytest

import accounts.invitations.actions
from tests.conftest import PASSWORD, text_of

FAULTY = {"new_password": "short", "confirm_password": "shorter"}
FAULTS = ("New password: It is too short", "Type it again: The two passwords are not the same.")


@pytest.fixture
def invitation(ada, acting):
    _invitation, link = accounts.invitations.actions.invite(
        "bob@example.com", actor=acting(ada), role="member", by_mail=False
    )
    return link


def told(response):
    assert response.status_code == 422
    return [fault for fault in FAULTS if fault in text_of(response)]


class TestShortAndTypedDifferently:
    def test_by_choice(self, max, signed_in_as):
        response = signed_in_as(max).post(
            "/password/change/", {"current_password": PASSWORD, **FAULTY}
        )
        assert told(response) == list(FAULTS)

    def test_after_a_temporary_one(self, nils, signed_in_as):
        assert told(signed_in_as(nils).post("/password/change/", FAULTY)) == list(FAULTS)

    def test_by_a_reset_link(self, client, link):
        assert told(client.post(client.get(link)["Location"], FAULTY)) == list(FAULTS)

    def test_when_joining(self, client, invitation):
        response = client.post(
            client.get(invitation)["Location"], {"full_name": "Bob Bunsen", **FAULTY}
        )
        assert told(response) == list(FAULTS)


class TestTypedDifferently:
    def test_is_the_only_fault_of_a_good_one(self, nils, signed_in_as):
        typed = {"new_password": "a sentence that nobody guesses", "confirm_password": "another"}
        assert told(signed_in_as(nils).post("/password/change/", typed)) == [FAULTS[1]]

    def test_is_told_with_a_password_made_of_the_name_just_given(self, client, invitation):
        typed = {"new_password": "Bartholomew Bunsen", "confirm_password": "another"}
        form = client.get(invitation)["Location"]
        text = text_of(client.post(form, {"full_name": "Bartholomew Bunsen", **typed}))
        assert "It is made of the person's name or address" in text
        assert FAULTS[1] in text
