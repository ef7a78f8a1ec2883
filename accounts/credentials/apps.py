from django.apps import AppConfig


class Credentials(AppConfig):
    name = "accounts.credentials"
    label = "credentials"
