"""An invitation that was mailed, and whose link an Admin hands over instead."""

import re

import pytest

import accounts.invitations.actions
from tests.conftest import text_of

ENDS = "Showing a link ends the one that was mailed."


@pytest.fixture
def mailed(ada, acting):
    return accounts.invitations.actions.invite("a@example.com", actor=acting(ada), role="member")[0]


def test_says_before_that_it_ends_the_mailed_one(admin, mailed):
    page = admin.get("/invitations/")
    described = re.search(
        r'aria-describedby="(ends-[^"]+)">\s*Show invitation link', page.content.decode()
    )[1]
    assert (ENDS in text_of(page), f'id="{described}"' in page.content.decode()) == (True, True)


def test_does_not_say_so_where_none_was_mailed(admin, ada, acting):
    accounts.invitations.actions.invite(
        "a@example.com", actor=acting(ada), role="member", by_mail=False
    )
    text = text_of(admin.get("/invitations/"))
    assert ("Show invitation link" in text, ENDS in text) == (True, False)


def test_tells_who_follows_the_mailed_one_where_the_newest_is(admin, client, mailed, later):
    before = accounts.invitations.actions.path_of(mailed)
    later(seconds=2)
    admin.post(f"/invitations/{mailed.public_id}/link/")
    response = client.get(before)
    assert (response.status_code, "to be handed to you directly" in text_of(response)) == (
        410,
        True,
    )
