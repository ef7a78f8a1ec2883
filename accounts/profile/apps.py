from django.apps import AppConfig


class Profile(AppConfig):
    name = "accounts.profile"
    label = "profile"
