"""What a WSGI server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vectice_admin.settings")
application = get_wsgi_application()

from vectice_admin import at_start  # noqa: E402 - it needs what the line before has set up

at_start.load()
