import pytest
from django.utils import timezone

import accounts.bulk.actions
import accounts.passwords.actions
import accounts.roles.actions
import accounts.sign_in.actions
import accounts.users.actions
from accounts.kernel import change
from accounts.kernel.actor import Actor
from accounts.kernel.crypto import tokens
from accounts.kernel.crypto.tokens import LinkState
from accounts.kernel.session_store import SessionStore
from accounts.models import AuditEvent
from accounts.users.subject import StaleChange
from tests.conftest import PASSWORD


class TestChangeRole:
    def test_changes_it(self, ada, max, acting):
        accounts.roles.actions.change_role(max.pk, actor=acting(ada), role="viewer")
        max.refresh_from_db()
        assert max.role == "viewer"

    def test_records_before_and_after(self, ada, max, acting):
        accounts.roles.actions.change_role(max.pk, actor=acting(ada), role="viewer")
        assert AuditEvent.objects.get().details == {"old": "member", "new": "viewer"}

    def test_to_the_same_leaves_no_entry(self, ada, max, acting):
        accounts.roles.actions.change_role(max.pk, actor=acting(ada), role="member")
        assert not AuditEvent.objects.exists()
        accounts.roles.actions.change_role(max.pk, actor=acting(ada), role="viewer")
        assert AuditEvent.objects.exists()

    def test_kills_reset_links(self, ada, max, acting):
        max.reset_link_at = timezone.now()
        max.save()
        token = tokens.make(max)
        accounts.roles.actions.change_role(max.pk, actor=acting(ada), role="admin")
        max.refresh_from_db()
        assert tokens.state(max, token) is LinkState.DEAD

    @pytest.mark.parametrize("role", ["", "root", "ADMIN", None])
    def test_knows_only_three(self, ada, max, acting, role):
        with pytest.raises(ValueError, match="not a valid Role"):
            accounts.roles.actions.change_role(max.pk, actor=acting(ada), role=role)


class TestAPageOfSomebody:
    """`User.version` says whether what an Admin decides upon is as their page showed it."""

    @pytest.mark.parametrize(
        "meanwhile",
        [
            lambda max, acting: accounts.sign_in.actions.sign_in(
                max.email, PASSWORD, actor=Actor.visitor(), session=SessionStore()
            ),
            lambda max, acting: accounts.users.actions.change_profile(
                full_name=max.full_name,
                time_zone="",
                language="fr",
                theme="dark",
                keyboard_shortcuts=True,
                actor=acting(max),
            ),
            lambda max, acting: accounts.passwords.actions.issue_reset_link.call(
                email=max.email, address=None, user_agent=""
            ),
        ],
        ids=["signs in", "likes it dark", "asks for a link"],
    )
    def test_stays_good_whatever_changes_nothing_of_that(self, ada, max, acting, meanwhile):
        seen = max.version
        meanwhile(max, acting)
        accounts.roles.actions.change_role(
            max.pk, actor=acting(ada), role="viewer", expected_version=seen
        )
        max.refresh_from_db()
        assert (max.role, max.version) == ("viewer", seen + 1)

    @pytest.mark.parametrize("role", ["admin", "viewer"])
    def test_is_stale_once_that_has_changed(self, ada, max, acting, role):
        seen = max.version
        accounts.roles.actions.change_role(max.pk, actor=acting(ada), role=role)
        with pytest.raises(StaleChange):
            accounts.roles.actions.change_role(
                max.pk, actor=acting(ada), role="member", expected_version=seen
            )


class TestARowOfAJob:
    def test_is_done_once(self, ada, max, vera, acting, work):
        job = accounts.bulk.actions.choose(
            [max.public_id, vera.public_id], actor=acting(ada), action="change_role", role="admin"
        )
        accounts.bulk.actions.start(job.public_id, actor=acting(ada))
        first, _second = rows = list(job.rows.select_related("job").order_by("user"))
        offered = []
        for _ in range(2):  # a worker that read its rows before, and was then overtaken
            with change.job_row(first) as locked:
                offered.append(locked is not None)
                if locked is not None:
                    accounts.roles.actions.change_role(
                        locked.user_id, actor=acting(ada), role="admin"
                    )
                    locked.outcome = "done"
        assert offered == [True, False]
        work()
        outcomes = set(job.rows.values_list("outcome", flat=True))
        assert (AuditEvent.objects.filter(action="user.role_changed").count(), outcomes) == (
            len(rows),
            {"done"},
        )
