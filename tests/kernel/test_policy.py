"""One table: who, what, to whom, and the answer."""

from itertools import product

import pytest

from accounts.kernel import policy
from accounts.kernel.actor import Actor
from accounts.kernel.policy import Permission

ON_OTHERS = (
    Permission.RESET_PASSWORD,
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
    return policy.refusal(actor, permission, people.get(whom))


def refusals(people, actors, permissions, targets=(None,)):
    """Return {(who, permission, whom): the sentence or None} for each of them."""
    rows = product(actors, permissions, targets)
    return {
        (who, permission, whom): refusal(people, who, permission, whom)
        for who, permission, whom in rows
    }


class TestOnOthers:
    OTHERS = ("grace", "max", "vera", "nils", "dora")

    def test_admins_and_the_system_may(self, people):
        found = refusals(people, ("ada", "system"), ON_OTHERS, self.OTHERS)
        assert found == dict.fromkeys(found)
        assert len(found) == 2 * len(ON_OTHERS) * len(self.OTHERS)

    def test_others_hear_that_only_admins_may(self, people):
        found = refusals(people, ("max", "vera"), ON_OTHERS, self.OTHERS)
        assert found == {row: f"Only Admins may {row[1].label}." for row in found}

    def test_who_may_nothing_yet_hears_why(self, people):
        sentences = {
            "nils": "Choose your own password first.",
            "dora": "Your account is deactivated.",
            "visitor": "Sign in first.",
        }
        found = refusals(people, sentences, ON_OTHERS, self.OTHERS)
        assert found == {row: sentences[row[0]] for row in found}


class TestAboutTheOrganization:
    def test_admins_may(self, people):
        found = refusals(people, ["ada"], ABOUT_NOBODY)
        assert found == dict.fromkeys(found)

    def test_nobody_else_may(self, people):
        found = refusals(people, ("max", "vera", "nils", "dora", "visitor"), ABOUT_NOBODY)
        assert [row for row, sentence in found.items() if not sentence] == []
        assert len(found) == 5 * len(ABOUT_NOBODY)


class TestOnOneself:
    def test_everybody_may(self, people):
        rows = product(("ada", "max", "vera"), OWN)
        assert [row for row in rows if refusal(people, *row, row[0]) is not None] == []

    def test_not_even_an_admin_may_for_others(self, people):
        found = refusals(people, ["ada"], OWN, ["max"])
        assert found == dict.fromkeys(found, "That belongs to another user.")


class TestAnAdminActingOnThemselves:
    @pytest.mark.parametrize(
        ("permission", "sentence"),
        [
            (
                Permission.RESET_PASSWORD,
                "Change your own password under “Change password” in the profile menu.",
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
        assert policy.refusal(Actor.system(), permission, ada) == sentence

    def test_is_not_counted_by_admins_who_cannot_sign_in(self, ada, new_user):
        new_user("Grace Hopper", "admin", is_active=False)
        assert policy.refusal(Actor.system(), Permission.DEACTIVATE, ada)


class TestUseOfAResetLink:
    def test_is_open_to_visitors(self, people):
        assert refusal(people, "visitor", Permission.USE_RESET_LINK, "max") is None

    def test_is_closed_for_a_deactivated_account(self, people):
        assert (
            refusal(people, "visitor", Permission.USE_RESET_LINK, "dora")
            == "The account is deactivated."
        )


class TestMatrix:
    def test_names_every_permission_once(self):
        named = [permission for row in policy.ROWS for permission in row.permissions]
        assert sorted(named) == sorted(Permission)

    def test_lets_no_member_do_what_the_organization_has_not_allowed(self, people):
        assert (
            refusal(people, "max", Permission.INVITE)
            == "Your organization lets only Admins invite colleagues."
        )
