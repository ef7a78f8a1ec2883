"""Browsers and systems in the reader's language, also those that nobody knows."""

from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext as _

from accounts.devices.queries import Device, browser_and_system


def browser(name):
    """Return what a browser is called; one that says nothing of itself has the name ""."""
    return name or _("Unknown browser")


def system(name):
    """Return what an operating system is called, see `browser`."""
    return name or _("unknown system")


def named(devices: Iterable[Device]) -> list[Device]:
    """Return the devices with their names as the reader says them."""
    return [
        replace(device, browser=browser(device.browser), system=system(device.system))
        for device in devices
    ]


def said(user_agent):
    """Return what a User-Agent header names, as one text; "" where there is none."""
    if not user_agent:
        return ""
    named = browser_and_system(user_agent)
    return f"{browser(named[0])}, {system(named[1])}"
