"""
How each language writes dates: formats of Django's `date_format`, which translators give like
words.
"""

from django.utils.translation import pgettext_lazy

DAY = pgettext_lazy("format of a date", "j M Y")
SOON = pgettext_lazy("format of a date", "D j M, H:i")
EXACT = pgettext_lazy("format of a date", "D j M Y, H:i")
