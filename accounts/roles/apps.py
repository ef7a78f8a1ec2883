from django.apps import AppConfig


class Roles(AppConfig):
    name = "accounts.roles"
    label = "roles"
