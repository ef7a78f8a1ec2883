"""
Jinja's environment, the same for pages, forms and mails: what a template may use beside what its
page gives it.
"""

import functools
from typing import Any

import jinja2
from django.conf import settings
from django.utils import translation
from markupsafe import Markup

from accounts.kernel.text import markup
from accounts.web import components, links

OPTIONS: dict[str, Any] = {
    "undefined": jinja2.StrictUndefined,
    "extensions": ["jinja2.ext.i18n"],
    "trim_blocks": True,
    "lstrip_blocks": True,
    "cache_size": -1,  # all of them; Jinja would drop some
}
FUNCTIONS = {
    "form_id": components.form_id,
    "icon": components.icon,
    "get_language": translation.get_language,
    "may": components.may,
    "outstanding_count": components.outstanding_count,
    "page_of": components.page_of,
    "kept": links.keeping_place,
    "query": links.with_query,
    "static": components.static,
    "url": components.url,
    "user_menu": components.user_menu,
    "users_list": links.users_list,
}
FILTERS = {
    "address": components.address,
    "asis": markup.asis,
    "day": components.day,
    "exact": components.exact,
    "figure": components.figure,
    "focused": components.focused,
    "role_name": components.role_name,
    "when": components.when,
    "whole": components.whole,
}


def environment(**options: Any) -> jinja2.Environment:
    """
    Return the environment. A name that no template was given is an error, every template is
    compiled once, and a component keeps nothing between two calls.
    """
    made = jinja2.Environment(**options | OPTIONS)  # noqa: S701 - Django's backend turns it on
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    # Jinja's own wrappers look each word up anew and format it, even where nothing is filled in.
    made.globals.update(_=gettext, gettext=gettext, ngettext=ngettext)
    made.globals.update(FUNCTIONS, product=settings.PRODUCT, product_version=settings.VERSION)
    made.filters.update(FILTERS)
    return made


def gettext(message: str, /, **facts: object) -> Markup:
    """
    Return a sentence in the reader's language as HTML, its `%(name)s` filled with `facts`, which
    are escaped unless they are HTML.
    """
    language = translation.get_language()
    return _sentence(message, language) % facts if facts else _words(message, language)


def ngettext(singular: str, plural: str, number: int, /, **facts: object) -> Markup:
    """As `gettext`, in the form that the number asks for."""
    return Markup(translation.ngettext(singular, plural, number)) % facts  # noqa: S704 - our words


@functools.lru_cache(maxsize=4096)
def _sentence(message: str, _language: str | None) -> Markup:
    return Markup(translation.gettext(message))  # noqa: S704 - words of ours, as they are


@functools.lru_cache(maxsize=4096)
def _words(message: str, language: str | None) -> Markup:
    return _sentence(message, language) % {}
