from django.apps import AppConfig


class Disputes(AppConfig):
    name = "accounts.disputes"
    label = "disputes"
