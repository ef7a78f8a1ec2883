from django.apps import AppConfig


class Invitations(AppConfig):
    name = "accounts.invitations"
    label = "invitations"
