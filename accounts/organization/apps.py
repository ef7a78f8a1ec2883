from django.apps import AppConfig


class Organization(AppConfig):
    name = "accounts.organization"
    label = "organization"
