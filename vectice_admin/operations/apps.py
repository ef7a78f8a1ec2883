from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """What an operator does with an installation as a whole: back up, restore, look whether all is well."""

    name = "vectice_admin.operations"
