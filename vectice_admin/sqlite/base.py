"""The name of this module is Django's, which looks for it in the folder that ENGINE names."""

from django.db.backends.sqlite3 import base

from vectice_admin import private

IN_MEMORY = ("file:", ":memory:")


class DatabaseWrapper(base.DatabaseWrapper):
    """
    Who opens the database first makes it, and for nobody else: SQLite alone would let everybody
    read it.
    """

    def get_new_connection(self, conn_params):
        path = str(conn_params["database"])
        if not path.startswith(IN_MEMORY):
            private.sqlite_file(path)
        return super().get_new_connection(conn_params)
