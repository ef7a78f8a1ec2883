"""The organization's domains change at the very moment at which somebody whom they cut off signs in."""

import threading
import time

import pytest

import accounts.organization.actions
import accounts.sign_in.actions
from accounts.kernel import sessions
from accounts.kernel.actor import Actor
from accounts.kernel.session_store import SessionStore
from accounts.models import Organization
from accounts.sign_in.actions import WrongCredentials
from tests.conftest import PASSWORD

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
VALUES = {**Organization(name="Northwind").facts, "domains": ["example.com"]}


@pytest.fixture
def olga(new_user):
    return new_user("Olga Outside", email="olga@other.example")


@pytest.fixture
def lingers(monkeypatch):
    """Return a function that has one of `sessions` linger in its transaction, and returns the Event of its end."""

    def made(name):
        done, function = threading.Event(), getattr(sessions, name)

        def slow(*arguments, **named):
            result = function(*arguments, **named)
            done.set()
            time.sleep(0.5)
            return result

        monkeypatch.setattr(sessions, name, slow)
        return done

    return made


def cut_off(ada, acting):
    return accounts.organization.actions.change_settings(
        actor=acting(ada), expected_version=0, **VALUES
    )


def sign_in(olga):
    visitor = Actor.visitor(address="192.0.2.1")
    assert visitor.organization.accepts(olga.email)  # as a page does that it reads before
    return accounts.sign_in.actions.sign_in(
        olga.email, PASSWORD, actor=visitor, session=SessionStore()
    )


def test_who_signs_in_first_is_signed_out(ada, olga, acting, at_once, lingers):
    signed_in = lingers("start")
    step, settings = at_once(
        lambda: sign_in(olga), lambda: signed_in.wait(10) and cut_off(ada, acting)
    )
    assert (step, settings.domains) == (None, ["example.com"])
    assert sessions.count(olga) == 0


def test_who_comes_later_does_not_come_in(ada, olga, acting, at_once, lingers):
    cut = lingers("end_of")
    settings, refused = at_once(lambda: cut_off(ada, acting), lambda: _sign_in_meanwhile(olga, cut))
    assert (settings.domains, type(refused)) == (["example.com"], WrongCredentials)
    assert sessions.count(olga) == 0


def _sign_in_meanwhile(olga, cut):
    assert cut.wait(10)
    return sign_in(olga)
