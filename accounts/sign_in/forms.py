from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.web import fields


class SignIn(forms.Form):
    email = fields.Email()
    password = fields.Password(label=_("Password"), autocomplete="current-password")
