from django.apps import AppConfig


class Passwords(AppConfig):
    name = "accounts.passwords"
    label = "passwords"
