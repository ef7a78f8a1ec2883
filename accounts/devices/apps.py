from django.apps import AppConfig


class Devices(AppConfig):
    name = "accounts.devices"
    label = "devices"
