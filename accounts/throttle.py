"""
The limits on trying: how often, by whom, counted in a cache that all processes share.

A limit slows guessing down and locks nobody's account (OWASP ASVS 5.0, 6.1.1 and 6.3.1): the tight limit on
passwords counts an account and a network together, so strangers elsewhere cannot keep a person out.
"""

import ipaddress
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.crypto import salted_hmac
from django_ratelimit.core import get_usage

from accounts import email_address

IPV6_PREFIX = 64  # what one subscriber gets; each has 2^64 addresses to try from


class TooManyTries(Exception):
    """The limit `name` is crossed; `seconds` until a try counts again; `first` for the try that crossed it."""

    def __init__(self, name, seconds, *, first):
        super().__init__(name)
        self.name, self.seconds, self.first = name, max(1, seconds), first


@dataclass(frozen=True)
class Limit:
    """A named limit; `rate` is django-ratelimit's notation: tries/length of the window."""

    name: str
    rate: str

    def hit(self, value):
        """
        Count a try by `value`.

        :raises TooManyTries: when it is one too many.
        """
        usage = self._usage(value, increment=True)
        if usage["should_limit"]:
            raise TooManyTries(self.name, usage["time_left"], first=usage["count"] == usage["limit"] + 1)

    def refuse_if_reached(self, value):
        """
        Count nothing, but stop who has used the limit up.

        :raises TooManyTries: then.
        """
        usage = self._usage(value, increment=False)
        if usage["count"] >= usage["limit"]:
            raise TooManyTries(self.name, usage["time_left"], first=False)

    def count(self, value):
        """Count a try by `value` and let it pass."""
        self._usage(value, increment=True)

    def _usage(self, value, *, increment):
        return get_usage(None, group=self.name, key=lambda *_: _digest(value), rate=self.rate, increment=increment)


SIGN_IN_BY_ACCOUNT = Limit("sign_in_by_account_and_network", "10/5m")
SIGN_IN_BY_NETWORK = Limit("failed_sign_ins_by_network", "100/5m")
SIGN_INS_OF_ACCOUNT = Limit("sign_ins_of_account", "100/10m")  # that succeed: each leaves an entry for ever
PROFILE_CHANGES = Limit("profile_changes_by_user", "60/10m")  # as well
CURRENT_PASSWORD = Limit("current_password_by_user", "10/15m")
LINK_BY_ACCOUNT = Limit("reset_links_by_address_asked_for", "5/15m")
LINK_BY_NETWORK = Limit("reset_links_by_network", "50/10m")
INVITATION_BY_ADDRESS = Limit("invitations_mailed_to_an_address", "5/15m")
REMINDER_BY_ACCOUNT = Limit("reminders_mailed_to_an_account", "3/1h")
RESET_BY_ADMIN = Limit("resets_by_admin", "60/10m")

_SUCCESSES_SECONDS = 600  # longer than the window of SIGN_IN_BY_ACCOUNT


def network(address):
    """Return the network that an IP address (or None, behind a Unix socket) is counted as."""
    if not address:
        return "unknown"
    ip = ipaddress.ip_address(address)
    return str(ipaddress.ip_network((ip, IPV6_PREFIX), strict=False)) if ip.version == 6 else str(ip)


def account(typed_address):
    """Return what a typed e-mail address is counted as, whether it belongs to anybody or not."""
    return email_address.find(typed_address) or typed_address


def sign_in(typed_address, address):
    """
    Count a sign-in before its password is looked at: tries that run at once must not slip through together.

    :raises TooManyTries: when there were too many.
    """
    SIGN_IN_BY_NETWORK.refuse_if_reached(network(address))
    SIGN_IN_BY_ACCOUNT.hit(_series(typed_address, address))


def sign_in_failed(address):
    SIGN_IN_BY_NETWORK.count(network(address))


def sign_in_succeeded(typed_address, address):
    """Begin a new count, so that only failures in a row add up."""
    key = _successes_key(typed_address, address)
    if not cache.add(key, 1, _SUCCESSES_SECONDS):
        cache.incr(key)


def _series(typed_address, address):
    successes = cache.get(_successes_key(typed_address, address), 0)
    return f"{account(typed_address)} {network(address)} {successes}"


def _successes_key(typed_address, address):
    return "sign_ins:" + _digest(f"{account(typed_address)} {network(address)}")


def _digest(value):
    return salted_hmac("accounts.throttle", str(value), algorithm="sha256").hexdigest()
