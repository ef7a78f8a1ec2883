"""
Names, addresses, passwords and codes are no language: a browser that translates a page, or a mail, leaves them alone.

Every page is read with markers in their place; none may stand in text outside `translate="no"`.
"""

import re
from html.parser import HTMLParser

import pytest
from django.core import mail

import accounts.disputes.actions
import accounts.invitations.actions
import accounts.passwords.actions
import accounts.roles.actions
import accounts.users.actions
import accounts.users.activation
from accounts.kernel.crypto import tokens
from accounts.kernel.policy import STRENGTH
from accounts.models import AuditEvent, Organization, User
from tests.house.conftest import path
from tests.house.test_every_form_can_be_sent import Page, kind_of

MARKERS = ("Zzname", "zzmail", "Zzorganization")
EMPTY = {
    "input",
    "br",
    "hr",
    "img",
    "meta",
    "link",
    "path",
    "circle",
    "rect",
    "use",
    "source",
    "wbr",
    "line",
}
NOT_READ = {"title", "template", "script", "style", "textarea", "option"}


class Text(HTMLParser):
    """What of a page a browser would translate."""

    def __init__(self, text):
        super().__init__()
        self.open, self.found = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag not in EMPTY:
            self.open.append((tag, dict(attributes).get("translate") == "no" or tag in NOT_READ))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not any(kept for _tag, kept in self.open):
            self.found.append(data)


def translated(text):
    """Return the words with a marker in them that a browser would translate."""
    words = " ".join(Text(text).found).split()
    return [word for word in words if any(marker in word for marker in MARKERS)]


@pytest.fixture
def people(stage):
    """The people of the stage, renamed; whoever is invited, and the organization, too."""
    for user in User.objects.all():
        user.full_name, user.email = f"Zzname Zzname{user.pk}", f"zzmail{user.pk}@example.com"
        user.save()
    stage.invitation.email = "zzmail@example.com"
    stage.invitation.save()
    Organization.objects.update(name="Zzorganization", support_address="zzmail@example.org")
    for name in ("ada", "max", "vera", "nils", "dora"):
        getattr(stage, name).refresh_from_db()
    return stage


def addresses(stage):
    on_somebody = ("user", "reset-password", "change-role", "deactivate", "edit-user")
    plain = (
        "users",
        "profile",
        "sessions",
        "roles",
        "ledger",
        "invitations",
        "invite",
        "cancel-all-invitations",
    )
    plain += (
        "organization",
        "credentials",
        "add-user",
        "imports",
        "views",
        "dormant",
        "bulk-jobs",
        "audit",
        "mail",
    )
    return [
        *(path(name, stage.max) for name in on_somebody),
        *(path(name) for name in plain),
        *(path(name, stage.dora) for name in ("activate", "delete-user", "user", "reset-password")),
        *(path("bulk", job) for job in (stage.ready_bulk, stage.done_bulk)),
        path("import", stage.done_import),
        "/users/?invited_by=invited",
        "/audit/?person=zzname",
    ]


def test_a_marker_outside_would_be_found():
    page = '<p>Zzname1<br>went <b translate="no">Zzname2 <i>zzmail</i></b></p><title>Zzname</title>'
    assert translated(page) == ["Zzname1"]


def test_of_every_page_of_an_admin(people, signed_in_as):
    admin, found = signed_in_as(people.ada), {}
    for where in addresses(people):
        response = admin.get(where)
        assert response.status_code == 200, where
        if words := translated(response.content.decode()):
            found[where] = words
    assert found == {}


def test_of_every_answer_to_a_form(people, signed_in_as):
    admin, max, found = signed_in_as(people.ada), people.max, {}
    new = {
        "full_name": "Zzname Z",
        "email": "zzmail-new@example.com",
        "role": "member",
        "new_password": "",
    }
    forms = [
        (path("reset-password", max), {"new_password": ""}),
        (path("reset-password", max), {"new_password": "", "version": 1}),
        (path("reset-password", max), {"new_password": "Zzname Zzname1234"}),
        (path("add-user"), new),
        (path("change-role", max), {"role": "viewer"}),
        (path("deactivate", max), {}),
        (path("activate", max), {}),
        (path("remind", people.nils), {}),
        (path("expire-credential", people.nils), {}),
        (
            path("invite"),
            {"addresses": "zzmail-x@example.com", "role": "viewer", "step": "preview"},
        ),
        (path("invite"), {"addresses": "zzmail-x@example.com", "role": "viewer", "step": "link"}),
        (path("invitation-link", people.invitation), {}),
        (path("resend-invitation", people.invitation), {}),
        (path("delete-user", people.dora), {"typed": people.dora.email}),
    ]
    for where, typed in forms:
        if words := translated(admin.post(where, typed, follow=True).content.decode()):
            found[(where, *typed)] = words
    assert found == {}


@pytest.mark.parametrize("who", ["max", "vera", "nils"])
def test_of_the_pages_of_others(people, signed_in_as, who):
    browser = signed_in_as(getattr(people, who))
    pages = {
        where: browser.get(where, follow=True)
        for where in ("/profile/", "/roles/", "/users/", "/profile/ledger/")
    }
    assert {
        where: words
        for where, page in pages.items()
        if (words := translated(page.content.decode()))
    } == {}


def test_of_the_pages_of_visitors(people, client):
    join = f"/join/{people.invitation.public_id}/{tokens.make_for_invitation(people.invitation)}/"
    pages = {
        where: client.get(where, follow=True)
        for where in ("/sign-in/", "/forgot-password/sent/", join)
    }
    assert {
        where: words
        for where, page in pages.items()
        if (words := translated(page.content.decode()))
    } == {}
    assert "Zzname" in pages[join].content.decode()


def test_the_temporary_password_is_none(people, signed_in_as):
    page = (
        signed_in_as(people.ada)
        .post(path("reset-password", people.max), {"new_password": ""})
        .content.decode()
    )
    password = re.search(r'id="password"[^>]*>([^<]+)<', page)[1]
    assert password not in " ".join(Text(page).found)


def test_of_every_mail(people, acting, work):
    ada, max = acting(people.ada), people.max
    accounts.passwords.actions.reset_by_admin(
        max, actor=ada, reason="On the telephone", tell_reason=True
    )
    disputed = tokens.make_for_dispute(AuditEvent.objects.latest("pk").pk, max.email)
    accounts.passwords.actions.send_link(max.pk, actor=ada)
    accounts.passwords.actions.issue_reset_link.call(email=max.email, address=None, user_agent="")
    accounts.roles.actions.change_role(max.pk, actor=ada, role=STRENGTH[0])
    accounts.users.actions.edit(
        max.pk, actor=ada, full_name=max.full_name, email="zzmail-other@example.com"
    )
    accounts.users.activation.deactivate(max.pk, actor=ada)
    accounts.users.activation.activate(max.pk, actor=ada)
    accounts.invitations.actions.invite("zzmail-new@example.com", actor=ada, role="viewer")
    accounts.users.actions.edit(max.pk, actor=ada, full_name=max.full_name, email=max.email)
    accounts.disputes.actions.dispute(disputed, actor=ada.as_visitor())
    work()
    bodies = {message.subject: message.alternatives[0].content for message in mail.outbox}
    assert len(bodies) >= 7
    assert {subject: words for subject, body in bodies.items() if (words := translated(body))} == {}
    assert not any("translate=" in message.body for message in mail.outbox)
    links = [address for body in bodies.values() for address in Page(body).links]
    assert {kind_of(link) for link in links} >= {"unexpected"}
