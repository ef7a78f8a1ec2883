from django.apps import AppConfig


class Users(AppConfig):
    name = "accounts.users"
    label = "users"
