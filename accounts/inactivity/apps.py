from django.apps import AppConfig


class Inactivity(AppConfig):
    name = "accounts.inactivity"
    label = "inactivity"
