"""One table: who, what, to whom, and the answer."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.kernel import grants, policy
from accounts.kernel.actor import Actor
from accounts.kernel.decisions import Denial, StepUp
from accounts.kernel.errors import ProofRequired
from accounts.kernel.policy import Permission
from accounts.models import BulkAction, BulkJob, Invitation, Organization, Role, SavedView
from accounts.models.organization import THE_ONE
from accounts.web.words import refusals

ON_OTHERS = (
    Permission.RESET_PASSWORD,
    Permission.END_SESSIONS,
    Permission.CHANGE_ROLE,
    Permission.DEACTIVATE,
    Permission.ACTIVATE,
)
ABOUT_NOBODY = (
    Permission.SEE_USERS,
    Permission.READ_AUDIT_TRAIL,
    Permission.SEE_MAIL_QUEUE,
    Permission.MANAGE_SETTINGS,
)
OWN = (Permission.CHANGE_OWN_PASSWORD, Permission.END_OWN_SESSIONS, Permission.SEE_OWN_PROFILE)


@pytest.fixture
def people(ada, max, vera, nils, dora, new_user):
    return {
        "ada": ada,
        "grace": new_user("Grace Hopper", "admin"),
        "max": max,
        "vera": vera,
        "nils": nils,
        "dora": dora,
    }


def refusal(people, who, permission, whom=None):
    actor = {"system": Actor.system(), "visitor": Actor.visitor()}.get(who) or Actor.signed_in(
        people[who]
    )
    denied = policy.denied(actor, permission, people.get(whom))
    return denied and refusals.why(denied)


def all_refusals(people, actors, permissions, targets=(None,)):
    """Return {(who, permission, whom): the sentence or None} for each of them."""
    rows = product(actors, permissions, targets)
    return {
        (who, permission, whom): refusal(people, who, permission, whom)
        for who, permission, whom in rows
    }


class TestOnOthers:
    OTHERS = ("grace", "max", "vera", "nils", "dora")

    def test_admins_and_the_system_may(self, people):
        found = all_refusals(people, ("ada", "system"), ON_OTHERS, self.OTHERS)
        assert found == dict.fromkeys(found)
        assert len(found) == 2 * len(ON_OTHERS) * len(self.OTHERS)

    def test_others_hear_that_only_admins_may(self, people):
        found = all_refusals(people, ("max", "vera"), ON_OTHERS, self.OTHERS)
        assert found == {row: f"Only Admins may {refusals.PERMISSIONS[row[1]]}." for row in found}

    def test_who_may_nothing_yet_hears_why(self, people):
        sentences = {
            "nils": "Choose your own password first.",
            "dora": "Your account is deactivated.",
            "visitor": "Sign in first.",
        }
        found = all_refusals(people, sentences, ON_OTHERS, self.OTHERS)
        assert found == {row: sentences[row[0]] for row in found}


class TestAboutTheOrganization:
    def test_admins_may(self, people):
        found = all_refusals(people, ["ada"], ABOUT_NOBODY)
        assert found == dict.fromkeys(found)

    def test_nobody_else_may(self, people):
        found = all_refusals(people, ("max", "vera", "nils", "dora", "visitor"), ABOUT_NOBODY)
        assert [row for row, sentence in found.items() if not sentence] == []
        assert len(found) == 5 * len(ABOUT_NOBODY)


class TestOnOneself:
    def test_everybody_may(self, people):
        rows = product(("ada", "max", "vera"), OWN)
        assert [row for row in rows if refusal(people, *row, row[0]) is not None] == []

    def test_not_even_an_admin_may_for_others(self, people):
        found = all_refusals(people, ["ada"], OWN, ["max"])
        assert found == dict.fromkeys(found, "That belongs to another user.")


class TestAnAdminActingOnThemselves:
    @pytest.mark.parametrize(
        ("permission", "sentence"),
        [
            (
                Permission.RESET_PASSWORD,
                "Change your own password under “Change password” in the profile menu.",
            ),
            (
                Permission.END_SESSIONS,
                "Sign out your own devices under “Signed-in devices” on your profile.",
            ),
            (Permission.CHANGE_ROLE, "You cannot change your own role. Ask another Admin."),
            (Permission.DEACTIVATE, "You cannot deactivate yourself. Ask another Admin."),
        ],
    )
    def test_is_told_what_to_do_instead(self, people, permission, sentence):
        assert refusal(people, "ada", permission, "ada") == sentence


class TestMustChangePassword:
    @pytest.mark.parametrize(
        "permission", [Permission.CHANGE_OWN_PASSWORD, Permission.END_OWN_SESSIONS]
    )
    def test_leaves_the_way_through_and_the_way_out(self, people, permission):
        assert refusal(people, "nils", permission, "nils") is None

    def test_closes_everything_else(self, people):
        open_ones = {
            permission
            for permission in Permission
            if refusal(people, "nils", permission, "nils") is None
        }
        assert open_ones == {
            Permission.SIGN_IN,
            Permission.CHANGE_OWN_PASSWORD,
            Permission.END_OWN_SESSIONS,
            Permission.USE_RESET_LINK,
        }


class TestLastActiveAdmin:
    @pytest.mark.parametrize("permission", [Permission.CHANGE_ROLE, Permission.DEACTIVATE])
    def test_is_kept_even_from_the_system(self, ada, permission):
        sentence = "Ada Lovelace is the only active Admin. Make somebody else an Admin first."
        assert refusals.why(policy.denied(Actor.system(), permission, ada)) == sentence

    def test_is_not_counted_by_admins_who_cannot_sign_in(self, ada, new_user):
        new_user("Grace Hopper", "admin", is_active=False)
        denied = policy.denied(Actor.system(), Permission.DEACTIVATE, ada)
        assert denied.code == Denial.LAST_ADMIN

    @pytest.mark.parametrize(("is_active", "may"), [(True, False), (False, True)])
    def test_is_nobody_who_cannot_sign_in(self, new_user, is_active, may):
        grace = new_user("Grace Hopper", "admin", is_active=is_active)
        assert policy.allows(Actor.system(), Permission.CHANGE_ROLE, grace) == may


class TestDeletingAUser:
    def test_takes_one_who_is_deactivated(self, people):
        admin = Actor.signed_in(people["ada"])
        denied = policy.denied(admin, Permission.DELETE_USER, people["max"])
        assert (denied.code, refusals.why(denied)) == (
            Denial.DEACTIVATE_FIRST,
            "Deactivate the user first.",
        )
        assert policy.allows(admin, Permission.DELETE_USER, people["dora"])


class TestAnAddressThatIsNotAccepted:
    @pytest.fixture(autouse=True)
    def other_domains(self, people):
        Organization(pk=THE_ONE, domains=["elsewhere.example"]).save(force_insert=True)

    def test_opens_no_way_in(self, people):
        for who, permission in (
            ("max", Permission.SIGN_IN),
            ("visitor", Permission.USE_RESET_LINK),
        ):
            assert refusal(people, who, permission, "max") == (
                "The organization does not accept this address any more."
            )

    def test_closes_nothing_else(self, people):
        assert refusal(people, "max", Permission.CHANGE_OWN_PASSWORD, "max") is None
        assert refusal(people, "ada", Permission.RESET_PASSWORD, "max") is None


class TestUseOfAResetLink:
    def test_is_open_to_visitors(self, people):
        assert refusal(people, "visitor", Permission.USE_RESET_LINK, "max") is None

    def test_is_closed_for_a_deactivated_account(self, people):
        assert (
            refusal(people, "visitor", Permission.USE_RESET_LINK, "dora")
            == "The account is deactivated."
        )


# Who may, where it is about nobody in particular, and Members may not invite: Ada is an Admin, Max a Member, Vera a
# Viewer, Nils must choose a password, Dora is deactivated.
EVERYBODY, ADMINS = {"system", "ada", "max", "vera"}, {"system", "ada"}
WHO_MAY = {
    Permission.READ_AUDIT_TRAIL: ADMINS,
    Permission.SEE_CREDENTIALS: ADMINS,
    Permission.END_SESSIONS: ADMINS,
    Permission.END_OWN_SESSIONS: EVERYBODY | {"nils"},
    Permission.DISPUTE_CHANGE: EVERYBODY | {"visitor"},
    Permission.ACCEPT_INVITATION: EVERYBODY | {"visitor"},
    Permission.INVITE_BY_LINK: ADMINS,
    Permission.MANAGE_INVITATIONS: ADMINS,
    Permission.INVITE: ADMINS,
    Permission.SEE_MAIL_QUEUE: ADMINS,
    Permission.MANAGE_SETTINGS: ADMINS,
    Permission.CHANGE_OWN_PASSWORD: EVERYBODY | {"nils"},
    Permission.RESET_PASSWORD: ADMINS,
    Permission.USE_RESET_LINK: EVERYBODY | {"nils", "visitor"},
    Permission.EDIT_OWN_PROFILE: EVERYBODY,
    Permission.SEE_OWN_PROFILE: EVERYBODY,
    Permission.CHANGE_ROLE: ADMINS,
    Permission.DELETE_VIEW: ADMINS,
    Permission.SIGN_IN: EVERYBODY | {"nils"},
    Permission.ACTIVATE: ADMINS,
    Permission.CREATE_USER: ADMINS,
    Permission.DEACTIVATE: ADMINS,
    Permission.DELETE_USER: ADMINS,
    Permission.EDIT_USER: ADMINS,
    Permission.EXPORT_USERS: ADMINS,
    Permission.IMPORT_USERS: ADMINS,
    Permission.SEE_USERS: ADMINS,
    Permission.CREATE_WORKSPACES: ADMINS,
    Permission.DELETE_WORKSPACES: ADMINS,
    Permission.READ_WORKSPACES: EVERYBODY,
}


def test_who_may_what(people):
    everyone = ["system", "visitor", *(people.keys() - {"grace"})]
    found = {
        permission: {who for who in everyone if refusal(people, who, permission) is None}
        for permission in Permission
    }
    assert found == WHO_MAY


class TestATargetOfAnotherKind:
    """Numbers of different tables say nothing about each other."""

    @pytest.fixture
    def invitation(self, ada):
        invitation = Invitation(
            email="bob@example.com", role=Role.VIEWER, invited_by=ada, pk=ada.pk
        )
        invitation.link_made_at = invitation.expires_at = timezone.now()
        invitation.save(force_insert=True)
        return invitation

    @pytest.fixture
    def job(self, ada):
        return BulkJob.objects.create(pk=ada.pk, started_by=ada, action=BulkAction.ACTIVATE)

    @pytest.mark.parametrize("permission", [*OWN, Permission.EDIT_OWN_PROFILE, Permission.SIGN_IN])
    @pytest.mark.parametrize("target", ["invitation", "job"])
    def test_is_nobodys_own_for_having_their_number(self, request, ada, permission, target):
        target = request.getfixturevalue(target)
        assert target.pk == ada.pk
        denied = policy.denied(Actor.signed_in(ada), permission, target)
        assert (denied.code, denied.permission) == (Denial.NOT_YOURS, permission)

    @pytest.mark.parametrize(
        "permission", [Permission.RESET_PASSWORD, Permission.DEACTIVATE, Permission.EDIT_USER]
    )
    def test_is_not_oneself_for_having_ones_number(self, ada, job, permission):
        assert policy.allows(Actor.signed_in(ada), permission, job)

    def test_may_be_a_stand_in_for_the_person(self, ada):
        """As Django's for who is signed in, which is of another type than it says."""
        same = SimpleLazyObject(lambda: ada)
        assert policy.allows(Actor.signed_in(ada), Permission.SEE_OWN_PROFILE, same)
        assert (
            policy.denied(Actor.signed_in(ada), Permission.DEACTIVATE, same).code == Denial.YOURSELF
        )


class TestInviting:
    @pytest.fixture
    def members_may(self, people):
        Organization(pk=THE_ONE, members_may_invite=True).save(force_insert=True)
        return Actor.signed_in(people["max"])

    @pytest.mark.parametrize(
        ("role", "may"), [(Role.VIEWER, True), (Role.MEMBER, True), (Role.ADMIN, False)]
    )
    def test_ends_at_ones_own_role(self, people, members_may, role, may):
        invitation = Invitation(role=role.value, is_mailed=True)
        assert policy.allows(members_may, Permission.INVITE, role) is may
        assert (
            policy.allows(members_may, policy.permission_to_invite(invitation), invitation) is may
        )
        assert policy.allows(Actor.signed_in(people["ada"]), Permission.INVITE, role)

    def test_above_ones_own_role_is_told(self, members_may):
        denied = policy.denied(members_may, Permission.INVITE, Role.ADMIN)
        assert (denied.code, refusals.why(denied)) == (
            Denial.ROLE_ABOVE_OWN,
            "You cannot invite to a role above your own.",
        )

    def test_by_a_link_takes_an_admin(self, people, members_may):
        handed_over = Invitation(role=Role.VIEWER, is_mailed=False)
        needed = policy.permission_to_invite(handed_over)
        assert policy.denied(members_may, needed, handed_over).code == Denial.ADMINS_ONLY
        assert policy.allows(Actor.signed_in(people["ada"]), needed, handed_over)

    def test_opens_nothing_else_that_an_organization_may_allow(self, members_may):
        denied = policy.denied(members_may, Permission.CREATE_WORKSPACES)
        assert denied.code == Denial.ADMINS_ONLY_HERE

    def test_is_for_admins_alone_where_the_organization_says_no(self, people):
        assert (
            policy.denied(Actor.signed_in(people["max"]), Permission.INVITE).code
            == Denial.ADMINS_ONLY_HERE
        )
        assert (
            policy.denied(Actor.signed_in(people["vera"]), Permission.INVITE).code
            == Denial.ADMINS_ONLY
        )


class TestDeletingASavedView:
    @pytest.fixture
    def grace(self, people):
        return people["grace"]

    @pytest.mark.parametrize("is_shared", [True, False])
    def test_is_for_its_owner(self, ada, grace, is_shared):
        view = SavedView(owner=ada, is_shared=is_shared)
        assert policy.allows(Actor.signed_in(ada), Permission.DELETE_VIEW, view)
        denied = policy.denied(Actor.signed_in(grace), Permission.DELETE_VIEW, view)
        assert (denied.code, refusals.why(denied)) == (
            Denial.VIEW_OF_ANOTHER,
            "This view belongs to Ada Lovelace.",
        )

    @pytest.mark.parametrize(("is_shared", "may"), [(True, True), (False, False)])
    def test_is_for_every_admin_once_who_shared_it_is_none(self, max, grace, is_shared, may):
        view = SavedView(owner=max, is_shared=is_shared)
        assert policy.allows(Actor.signed_in(grace), Permission.DELETE_VIEW, view) is may


class TestProof:
    """No permission asks for it yet, so one is marked here."""

    @pytest.fixture(autouse=True)
    def marked(self, monkeypatch):
        terms = replace(Permission.RESET_PASSWORD.terms, needs_fresh_proof=True)
        monkeypatch.setattr(Permission.RESET_PASSWORD, "terms", terms)

    def who_proved(self, user, **ago):
        proved_at = timezone.now() - timedelta(**ago) if ago else None
        return replace(Actor.signed_in(user), authenticated_at=proved_at)

    def test_of_a_moment_ago_opens_it(self, ada, max):
        assert policy.allows(self.who_proved(ada, minutes=9), Permission.RESET_PASSWORD, max)

    @pytest.mark.parametrize("ago", [{}, {"minutes": 10}, {"days": 1}])
    def test_of_long_ago_or_none_is_asked_for(self, ada, max, ago):
        actor = self.who_proved(ada, **ago)
        assert policy.decide(actor, Permission.RESET_PASSWORD, max) == StepUp(("password",))
        assert not policy.allows(actor, Permission.RESET_PASSWORD, max)
        with pytest.raises(ProofRequired) as required:
            policy.require(actor, Permission.RESET_PASSWORD, max)
        assert required.value.methods == ("password",)

    def test_opens_nothing_that_is_refused(self, ada, vera, max):
        assert policy.denied(self.who_proved(vera, minutes=1), Permission.RESET_PASSWORD, max)
        assert (
            policy.denied(self.who_proved(ada), Permission.RESET_PASSWORD, ada).code
            == Denial.YOURSELF
        )

    def test_is_not_asked_of_the_system(self, max):
        assert policy.allows(Actor.system(), Permission.RESET_PASSWORD, max)

    def test_is_asked_for_by_a_page_some_time_after_signing_in(self, ada, max, signed_in_as, later):
        admin, page = signed_in_as(ada), f"/users/{max.public_id}/reset-password/"
        assert admin.get(page).status_code == 200
        later(minutes=11)
        asked = admin.get(page)
        assert asked.status_code == 403
        assert "Prove first that it is you" in asked.content.decode()
        told = admin.get(page, headers={"Accept": "application/json"})
        assert (told.status_code, told.json()) == (403, {"code": "proof_required"})


def test_no_permission_asks_for_a_proof_yet():
    assert [one for one in Permission if one.terms.needs_fresh_proof] == []


class TestPermissions:
    def test_are_sorted_by_their_names_which_are_a_subject_and_a_verb(self):
        names = [permission.value for permission in Permission]
        assert names == sorted(names)
        assert all(re.fullmatch(r"[a-z_]+\.[a-z_]+", name) for name in names)

    def test_are_said_in_words_and_so_are_their_former_names(self):
        assert set(refusals.PERMISSIONS) == set(Permission)
        assert (
            refusals.permission("reset_password")
            == refusals.permission("passwords.reset")
            == "reset a password"
        )
        assert refusals.permission("moon.landing") == "moon.landing"


class TestMatrix:
    def test_has_a_line_for_every_permission_and_words_for_every_line(self):
        assert (
            {permission.terms.row for permission in Permission}
            == set(grants.ROWS)
            == set(refusals.ROWS)
        )

    def test_lets_no_member_do_what_the_organization_has_not_allowed(self, people):
        assert (
            refusal(people, "max", Permission.INVITE)
            == "Your organization lets only Admins invite colleagues."
        )
