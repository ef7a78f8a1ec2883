import pytest

from accounts import tokens
from accounts.actions import passwords


@pytest.fixture
def link(max):
    """The path of a reset link."""
    passwords.issue_reset_link.call(max.email, None, "")
    max.refresh_from_db()
    return f"/reset/{max.public_id}/{tokens.make(max)}/"
