"""Time zones: which there are, and the field that takes one by its name or by its city."""

import functools
import zoneinfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

UTC = "UTC"
MOST_NAMED = 5  # of several that a city may mean


@functools.cache
def known():
    """Return the names of all time zones that this machine knows."""
    return frozenset(zoneinfo.available_timezones())


@functools.cache
def offered():
    """Return those that somebody may choose, in their order: places, and UTC."""
    places = (name for name in known() if "/" in name and not name.startswith("Etc/"))
    return (UTC, *sorted(places))


def meant(typed):
    """
    Return the names that what somebody typed may stand for: one where it is a name, or a city of
    which there is one; spaces and capitals do not matter.
    """
    if typed in known():
        return [typed]
    wanted = _folded(typed)
    whole = [name for name in offered() if _folded(name) == wanted]
    return whole or [name for name in offered() if _folded(name).rpartition("/")[2] == wanted]


class NearbyZones(forms.TextInput):
    """
    A line to type in, which suggests the time zones of the part of the world where the page is
    read: all there are would be most of the page.
    """

    def render(self, name, value, attrs=None, renderer=None):
        attrs = {**(attrs or {}), "list": f"{name}-suggested", "autocomplete": "off"}
        attrs |= {"spellcheck": "false", "translate": "no"}
        region = (value or timezone.get_current_timezone_name()).partition("/")[0]
        line = super().render(name, value, attrs, renderer)
        return format_html(
            '{}<datalist id="{}" translate="no">{}</datalist>',
            line,
            attrs["list"],
            _options(region if region in _regions() else ""),
        )


class TimeZone(forms.CharField):
    """One of the names that are offered, or "" for that of the browser."""

    widget = NearbyZones

    def __init__(self, **kwargs):
        super().__init__(
            label=gettext_lazy("Time zone"),
            help_text=gettext_lazy(
                "A city, for example Paris. Leave it empty to use the browser’s."
            ),
            required=False,
            max_length=64,
            **kwargs,
        )

    def clean(self, value):
        typed = super().clean(value)
        found = meant(typed) if typed else [""]
        if len(found) == 1:
            return found[0]
        if found:
            raise ValidationError(
                _("There are several: %(names)s."), params={"names": ", ".join(found[:MOST_NAMED])}
            )
        raise ValidationError(
            _("We don’t know this time zone. Type the name of a large city in it.")
        )


def _folded(name):
    return name.strip().replace(" ", "_").casefold()


@functools.cache
def _regions():
    return frozenset(name.partition("/")[0] for name in offered() if name != UTC)


@functools.cache
def _options(region):
    """Return the options of a region, "" for one that is none, as HTML."""
    near = (name for name in offered() if name == UTC or name.startswith(f"{region}/"))
    return format_html_join("", '<option value="{}">', ((name,) for name in near))
