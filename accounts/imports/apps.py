from django.apps import AppConfig


class Imports(AppConfig):
    name = "accounts.imports"
    label = "imports"
