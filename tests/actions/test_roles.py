import pytest
from django.utils import timezone

from accounts import tokens
from accounts.actions import roles
from accounts.models import AuditEvent
from accounts.tokens import LinkState


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
