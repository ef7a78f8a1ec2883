from django.apps import AppConfig


class SignIn(AppConfig):
    name = "accounts.sign_in"
    label = "sign_in"
