from dataclasses import dataclass
from uuid import UUID

import pytest

from accounts.disputes.events import ChangeDisputed, Frozen
from accounts.kernel import events
from accounts.kernel.events import Event, detail
from accounts.users.events import UserDeactivated

ID = "5e0c9c2e-8f5b-4f5e-9f2e-0d9f6c1d7a11"


@pytest.fixture
def registry(monkeypatch):
    monkeypatch.setattr(events, "REGISTRY", dict(events.REGISTRY))
    return events.REGISTRY


def test_what_is_about_a_person_is_kept_apart():
    event = UserDeactivated(sessions_ended=2, reason="left us")
    assert (event.details, event.personal) == ({"sessions_ended": 2}, {"reason": "left us"})


def test_what_is_none_is_not_said_and_nothing_else_is_left_out():
    event = ChangeDisputed(sessions_ended=0, disputed="user.edited", entry=1, frozen=Frozen.NOTHING)
    assert event.details == {
        "sessions_ended": 0,
        "disputed": "user.edited",
        "entry": 1,
        "frozen": "nothing",
    }


def test_values_are_plain(registry):
    @dataclass(frozen=True, kw_only=True)
    class Asked(Event):
        name = "test.asked"
        label = "Asked"

        job: UUID = detail("Job")
        frozen: Frozen = detail("Frozen")

    said = Asked(job=UUID(ID), frozen=Frozen.ADMIN).details
    assert {key: (type(value), value) for key, value in said.items()} == {
        "job": (str, ID),
        "frozen": (str, "admin"),
    }


def test_a_name_is_given_once(registry):
    with pytest.raises(TypeError, match=r"user\.edited"):

        class Again(Event):
            name = "user.edited"
            label = "Again"
