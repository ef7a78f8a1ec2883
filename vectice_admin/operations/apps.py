import sys
from pathlib import Path

from django.apps import AppConfig
from django.db import connection


class OperationsConfig(AppConfig):
    """
    What an operator does with an installation as a whole: back up, restore, look whether all is
    well.
    """

    name = "vectice_admin.operations"

    def ready(self):
        """
        A command needs one connection: the pool would try for ten seconds, and write every try to
        the log.
        """
        if Path(sys.argv[0]).name == "manage.py" and "worker" not in sys.argv:
            connection.settings_dict["OPTIONS"].pop("pool", None)
