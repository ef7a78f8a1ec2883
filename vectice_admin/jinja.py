"""
Jinja's environment, for the few parts of pages that are rendered many times over: the rows of the
list.
"""

from django.utils.translation import gettext
from jinja2 import Environment

from accounts.kernel.text import markup
from accounts.templatetags import ui


def environment(**options):
    """Return the environment, with the same words in it as our Django templates have."""
    made = Environment(**options)  # noqa: S701 - Django's backend turns autoescape on
    made.globals.update(_=gettext, icon=ui.icon, when=ui.when, day=ui.day, whole=ui.whole)
    made.filters["address"] = ui.address
    made.globals.update(asis=markup.asis, filled=markup.filled)
    return made
