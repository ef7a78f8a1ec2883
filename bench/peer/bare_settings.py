"""
The least that Django can do: one view and the compression, no database, no session, no template.
"""

import os

SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "bench.peer.bare"
WSGI_APPLICATION = "bench.peer.wsgi.application"
MIDDLEWARE = ["django.middleware.gzip.GZipMiddleware"]
USE_TZ = True
