import pytest

import accounts.passwords.actions
from accounts.kernel.crypto import tokens


@pytest.fixture
def link(max):
    """The path of a reset link."""
    accounts.passwords.actions.issue_reset_link.call(email=max.email, address=None, user_agent="")
    max.refresh_from_db()
    return f"/reset/{max.public_id}/{tokens.make(max)}/"
