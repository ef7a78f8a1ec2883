"""The networks from which people have signed in, and sign-ins that are under way."""

from accounts.kernel import lifecycle
from accounts.models import KnownNetwork, SignInAttempt
from accounts.sign_in import attempt, known_networks
from accounts.users.erasure import Known


def erase_networks(known: Known) -> None:
    known_networks.forget(known.user)


def erase_attempts(known: Known) -> None:
    attempt.forget(known.user)


lifecycle.declare(
    KnownNetwork, people=("user", "network"), tidy=known_networks.delete_old, erase=erase_networks
)
lifecycle.declare(
    SignInAttempt,
    people=("user", "next_path"),
    secrets=("browser", "auth_hash"),
    harmless=("methods",),
    tidy=attempt.delete_old,
    erase=erase_attempts,
    revoke_after_restore=attempt.end_everybodys,
)
