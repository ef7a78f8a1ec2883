"""
What a process reads once, when it starts, so that it goes on as it began while its folder is
changed under it.

The next version's files may stand there already, and its migrations be applied, while this one is
still served.
"""

from functools import cache
from importlib.util import find_spec
from pkgutil import iter_modules

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import DEFAULT_CACHE_ALIAS, caches
from django.db.migrations.loader import MigrationLoader
from django.template import engines
from django.urls import get_resolver
from django.utils import translation


def load():
    """
    Read templates, catalogues, the names of static files and migrations; a fault in a template ends
    the start.
    """
    known_migrations()
    get_resolver().url_patterns  # noqa: B018 - it imports every room
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            translation.gettext("Sign in")
    environment = engines["jinja2"].env
    for name in environment.list_templates():
        environment.get_template(name)
    caches[DEFAULT_CACHE_ALIAS]
    getattr(staticfiles_storage, "hashed_files", None)  # the first look at it reads the list


@cache
def known_migrations():
    """
    Return the (app, name) of every migration that there was when this was first asked.

    Django's loader has the same names, and imports each of them and what it needs to run.
    """
    return frozenset(
        (app.label, module.name)
        for app in apps.get_app_configs()
        for module in iter_modules(_migrations_folder(app.label))
        if not module.ispkg and module.name[0] not in "_~"
    )


def _migrations_folder(label):
    name, _ = MigrationLoader.migrations_module(label)
    spec = name and find_spec(name)
    return list(spec.submodule_search_locations) if spec else []
