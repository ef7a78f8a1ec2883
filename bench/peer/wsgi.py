"""What gunicorn runs; DJANGO_SETTINGS_MODULE says whether it is the admin or the bare view."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
