#!/usr/bin/env python
"""Django's command line for this installation."""

import os
import sys


def main():
    if sys.argv[1:2] in (
        ["version"],
        ["--version"],
    ):  # Django would tell its own, and only where all settings are good
        from vectice_admin.version import VERSION  # noqa: PLC0415 - the others do not need it

        sys.stdout.write(f"{VERSION}\n")
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vectice_admin.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - needs the variable above
    from django.db import DatabaseError, InterfaceError  # noqa: PLC0415

    try:
        execute_from_command_line(sys.argv)
    except (DatabaseError, InterfaceError) as fault:
        if "--traceback" in sys.argv:
            raise
        from vectice_admin.operations.hints import hint  # noqa: PLC0415

        said = str(fault).strip().partition("\n")[0]
        sys.exit(f"The database does not answer as it should: {said}.{hint(fault, sys.argv[1])}")


if __name__ == "__main__":
    main()
