import pytest
from django.utils import timezone

from accounts import change, tokens
from accounts.actions import bulk, passwords, roles, users
from accounts.actions import sign_in as signing
from accounts.actor import Actor
from accounts.change import StaleChange
from accounts.models import AuditEvent
from accounts.session_store import SessionStore
from accounts.tokens import LinkState
from tests.conftest import PASSWORD


class TestChangeRole:
    def test_changes_it(self, ada, max, acting):
        roles.change_role(max.pk, actor=acting(ada), role="viewer")
        max.refresh_from_db()
        assert max.role == "viewer"

    def test_records_before_and_after(self, ada, max, acting):
        roles.change_role(max.pk, actor=acting(ada), role="viewer")
        assert AuditEvent.objects.get().details == {"old": "member", "new": "viewer"}

    def test_to_the_same_leaves_no_entry(self, ada, max, acting):
        roles.change_role(max.pk, actor=acting(ada), role="member")
        assert not AuditEvent.objects.exists()
        roles.change_role(max.pk, actor=acting(ada), role="viewer")
        assert AuditEvent.objects.exists()

    def test_kills_reset_links(self, ada, max, acting):
        max.reset_link_at = timezone.now()
        max.save()
        token = tokens.make(max)
        roles.change_role(max.pk, actor=acting(ada), role="admin")
        max.refresh_from_db()
        assert tokens.state(max, token) is LinkState.DEAD

    @pytest.mark.parametrize("role", ["", "root", "ADMIN", None])
    def test_knows_only_three(self, ada, max, acting, role):
        with pytest.raises(ValueError, match="not a valid Role"):
            roles.change_role(max.pk, actor=acting(ada), role=role)


class TestAPageOfSomebody:
    """`User.version` says whether what an Admin decides upon is as their page showed it."""

    @pytest.mark.parametrize(
        "meanwhile",
        [
            lambda max, acting: signing.sign_in(max.email, PASSWORD, actor=Actor.visitor(), session=SessionStore()),
            lambda max, acting: users.change_profile(
                full_name=max.full_name,
                time_zone="",
                language="fr",
                theme="dark",
                keyboard_shortcuts=True,
                actor=acting(max),
            ),
            lambda max, acting: passwords.issue_reset_link.call(max.email, None, ""),
        ],
        ids=["signs in", "likes it dark", "asks for a link"],
    )
    def test_stays_good_whatever_changes_nothing_of_that(self, ada, max, acting, meanwhile):
        seen = max.version
        meanwhile(max, acting)
        roles.change_role(max.pk, actor=acting(ada), role="viewer", expected_version=seen)
        max.refresh_from_db()
        assert (max.role, max.version) == ("viewer", seen + 1)

    @pytest.mark.parametrize("role", ["admin", "viewer"])
    def test_is_stale_once_that_has_changed(self, ada, max, acting, role):
        seen = max.version
        roles.change_role(max.pk, actor=acting(ada), role=role)
        with pytest.raises(StaleChange):
            roles.change_role(max.pk, actor=acting(ada), role="member", expected_version=seen)


class TestARowOfAJob:
    def test_is_done_once(self, ada, max, vera, acting, work):
        job = bulk.choose([max.public_id, vera.public_id], actor=acting(ada), action="change_role", role="admin")
        bulk.start(job.public_id, actor=acting(ada))
        first, _second = rows = list(job.rows.select_related("job").order_by("user"))
        offered = []
        for _ in range(2):  # a worker that read its rows before, and was then overtaken
            with change.job_row(first) as locked:
                offered.append(locked is not None)
                if locked is not None:
                    roles.change_role(locked.user_id, actor=acting(ada), role="admin")
                    locked.outcome = "done"
        assert offered == [True, False]
        work()
        outcomes = set(job.rows.values_list("outcome", flat=True))
        assert (AuditEvent.objects.filter(action="user.role_changed").count(), outcomes) == (len(rows), {"done"})
