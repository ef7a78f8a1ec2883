"""
The limits on trying: how often, by whom, counted in a cache that all processes share.

A limit slows guessing down and locks nobody's account (OWASP ASVS 5.0, 6.1.1 and 6.3.1): the tight
limit on passwords counts an account and a network together, so strangers elsewhere cannot keep a
person out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.utils.crypto import salted_hmac
from django_ratelimit.core import get_usage

from accounts.kernel.errors import TooMany
from accounts.kernel.text import email_address, networks


class TooManyTries(TooMany):
    """
    The limit `name` is crossed; `seconds` until a try counts again; `first` for the try that
    crossed it.
    """

    def __init__(self, name: str, seconds: int, *, first: bool) -> None:
        super().__init__(max(1, seconds))
        self.name, self.first = name, first


class TooManyMails(TooManyTries):
    """An address got so many mails lately that it gets no more of those that somebody asks for."""

    code = "too_many_mails"


@dataclass(frozen=True)
class Limit:
    """A named limit; `rate` is django-ratelimit's notation: tries/length of the window."""

    name: str
    rate: str

    def hit(self, value: str | int) -> None:
        """
        Count a try by `value`.

        :raises TooManyTries: when it is one too many.
        """
        usage = self._usage(value, increment=True)
        if usage["should_limit"]:
            raise TooManyTries(
                self.name, usage["time_left"], first=usage["count"] == usage["limit"] + 1
            )

    def refuse_if_reached(self, value: str | int) -> None:
        """
        Count nothing, but stop who has used the limit up.

        :raises TooManyTries: then.
        """
        usage = self._usage(value, increment=False)
        if usage["count"] >= usage["limit"]:
            raise TooManyTries(self.name, usage["time_left"], first=False)

    def room(self, value: str | int) -> tuple[int, int]:
        """Return how many tries `value` has left in this window, and of how many."""
        usage = self._usage(value, increment=False)
        limit = int(usage["limit"])
        return max(0, limit - usage["count"]), limit

    def count(self, value: str | int) -> None:
        """Count a try by `value` and let it pass."""
        self._usage(value, increment=True)

    def _usage(self, value: str | int, *, increment: bool) -> dict[str, Any]:
        usage: dict[str, Any] = get_usage(
            None,
            group=self.name,
            key=lambda *_: _digest(value),
            rate=self.rate,
            increment=increment,
        )
        return usage


@dataclass(frozen=True)
class NetworkLimit:
    """
    A limit for a network, and a higher one for each of those around it; `window` is its length.
    """

    name: str
    tries: int
    window: str

    def around(self, address: str | None) -> list[tuple[Limit, str]]:
        """
        Return a Limit for each network around an IP address (or None), with that network, the
        narrowest first.
        """
        found = networks.around(address)
        return [
            (Limit(self.name, f"{self.tries * factor}/{self.window}"), network)
            for network, factor in found
        ]

    def hit(self, address: str | None) -> None:
        """
        Count a try from an IP address (or None).

        :raises TooManyTries: when it is one too many.
        """
        for limit, network in self.around(address):
            limit.hit(network)


SIGN_IN_BY_ACCOUNT_AND_NETWORK = NetworkLimit("sign_in_by_account_and_network", 10, "5m")
SIGN_IN_BY_ACCOUNT = Limit("sign_in_by_account", "100/1h")
FAILED_SIGN_IN_BY_NETWORK = NetworkLimit("failed_sign_ins_by_network", 100, "5m")
SIGN_INS_OF_ACCOUNT = Limit(
    "sign_ins_of_account", "100/10m"
)  # that succeed: each leaves an entry for ever
PROFILE_CHANGES = Limit("profile_changes_by_user", "60/10m")  # as well
CURRENT_PASSWORD = Limit("current_password_by_user", "10/15m")
LINK_BY_ACCOUNT = Limit("reset_links_by_address_asked_for", "5/15m")
LINK_BY_NETWORK = NetworkLimit("reset_links_by_network", 50, "10m")
MAILS_TO_ADDRESS = Limit(
    "mails_to_an_address", "10/15m"
)  # every one counts, and those asked for are refused
INVITATIONS_BY_MEMBER = Limit("invitations_by_member", "50/1h")
INVITATIONS_BY_ADMIN = Limit("invitations_by_admin", "1000/1h")
INVITATION_BY_ADDRESS = Limit("invitations_mailed_to_an_address", "5/15m")
REMINDER_BY_ACCOUNT = Limit("reminders_mailed_to_an_account", "3/1h")
RESET_BY_ADMIN = Limit("resets_by_admin", "60/10m")

_SUCCESSES_SECONDS = 7200  # longer than any window of a sign-in


def account(typed_address: str) -> str:
    """Return what a typed e-mail address is counted as, whether it belongs to anybody or not."""
    return email_address.find(typed_address) or typed_address


def sign_in(typed_address: str, address: str | None) -> TooManyTries | None:
    """
    Count a sign-in before its password is looked at: tries that run at once must not slip through
    together.

    Return the TooManyTries that keeps strangers out, or None: whoever has signed in from there
    before may pass.

    :raises TooManyTries: when the account and the network together had too many; nobody passes
    then.
    """
    who, around = account(typed_address), SIGN_IN_BY_ACCOUNT_AND_NETWORK.around(address)
    (limit, network), *wider = around
    limit.hit(_in_a_row(f"{who} {network}"))
    crossed = [_crossed(limit.hit, _in_a_row(f"{who} {network}")) for limit, network in wider]
    crossed.append(_crossed(SIGN_IN_BY_ACCOUNT.hit, _in_a_row(who)))
    failures = FAILED_SIGN_IN_BY_NETWORK.around(address)
    crossed += [_crossed(limit.refuse_if_reached, network) for limit, network in failures]
    return next(filter(None, crossed), None)


def sign_in_failed(address: str | None) -> None:
    for limit, network in FAILED_SIGN_IN_BY_NETWORK.around(address):
        limit.count(network)


def sign_in_succeeded(typed_address: str, address: str | None) -> None:
    """Begin new counts of the account, and of no other, so that only failures in a row add up."""
    who = account(typed_address)
    for series in (who, *(f"{who} {network}" for network, _factor in networks.around(address))):
        if not cache.add(_successes_key(series), 1, _SUCCESSES_SECONDS):
            cache.incr(_successes_key(series))


def mail_asked_for(email: str, limit: Limit, counted_as: str | int = "") -> None:
    """
    Count a mail to a stored address that somebody asks for, with `limit`, as `counted_as` or the
    address.

    :raises TooManyMails: when it is one too many of its kind, or the address got too many of
    whatever kind.
    """
    crossed = _crossed(limit.hit, counted_as or email) or _crossed(
        MAILS_TO_ADDRESS.refuse_if_reached, email
    )
    if crossed:
        raise TooManyMails(crossed.name, crossed.seconds, first=crossed.first)


def _crossed(count: Callable[[str | int], None], value: str | int) -> TooManyTries | None:
    try:
        count(value)
    except TooManyTries as crossed:
        return crossed
    return None


def _in_a_row(series: str) -> str:
    """Return what tries since the last success are counted as."""
    return f"{series} {cache.get(_successes_key(series), 0)}"


def _successes_key(series: str) -> str:
    return "sign_ins:" + _digest(series)


def _digest(value: str | int) -> str:
    return salted_hmac("accounts.throttle", str(value), algorithm="sha256").hexdigest()
