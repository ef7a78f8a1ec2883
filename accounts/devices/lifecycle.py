"""Sessions: each is somebody's signed-in device."""

from accounts.kernel import lifecycle, sessions
from accounts.models import Session
from accounts.users.erasure import Known


def erase(known: Known) -> None:
    sessions.end_all(known.user)


lifecycle.declare(
    Session,
    people=("user", "address", "user_agent", "next_path"),
    harmless=("methods",),
    secrets=("session_key", "session_data"),
    tidy=sessions.delete_dead,
    erase=erase,
    revoke_after_restore=sessions.end_everybodys,
)
