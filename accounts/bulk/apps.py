from django.apps import AppConfig


class Bulk(AppConfig):
    name = "accounts.bulk"
    label = "bulk"
