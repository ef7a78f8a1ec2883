"""
Text that is no language: names, addresses, passwords, codes. A browser that translates the page
leaves it alone.
"""

from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe


def asis(text: object) -> SafeString:
    """Return text as HTML that is never translated (HTML, 3.2.6.5: `translate="no"`)."""
    return format_html('<span translate="no">{}</span>', text)


def filled(sentence: str | Promise, **facts: object) -> SafeString:
    """
    Return a sentence with `%(name)s` in it as HTML; a fact may be HTML, too.

    >>> filled("%(name)s & %(count)d others", name=asis("<Ada>"), count=2)
    '<span translate="no">&lt;Ada&gt;</span> &amp; 2 others'
    """
    ready = {
        name: conditional_escape(fact) if isinstance(fact, str) else fact
        for name, fact in facts.items()
    }
    return mark_safe(conditional_escape(str(sentence)) % ready)
