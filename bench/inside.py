"""
A script for the product's environment: what a request does in its process, as JSON on standard
output. Its argument says which pages, and who asks for them.
"""

import json
import statistics
import sys
import time
from contextlib import contextmanager

import django
from django.db import connection
from django.template.backends.django import Template as DjangoTemplate
from django.template.backends.jinja2 import Template as JinjaTemplate

WARM_UP, TIMES = 3, 9


class Watch:
    """Counts the queries of a request and adds up the ms in them and in templates."""

    def __init__(self):
        self.queries, self.sql, self.templates, self._depth, self._within = 0, 0.0, 0.0, 0, 0.0

    def around_query(self, execute, *arguments):
        began = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            taken = (time.perf_counter() - began) * 1000
            self.queries, self.sql = self.queries + 1, self.sql + taken
            self._within += taken if self._depth else 0

    @contextmanager
    def around_template(self):
        """The outermost counts; what it asks of the database counts as SQL alone."""
        self._depth += 1
        began, self._within = time.perf_counter(), 0.0 if self._depth == 1 else self._within
        try:
            yield
        finally:
            self._depth -= 1
            if not self._depth:
                self.templates += (time.perf_counter() - began) * 1000 - self._within


watch = Watch()


def main():
    django.setup()
    from django.test import Client  # noqa: PLC0415 - it wants the settings

    asked = json.loads(sys.argv[1])
    for engine in (DjangoTemplate, JinjaTemplate):
        _watched(engine)
    admin, visitor = (Client(headers={"host": "127.0.0.1"}) for _ in range(2))
    admin.post("/sign-in/", {name: asked[name] for name in ("email", "password")})
    found = {}
    for name, path in asked["paths"].items():
        client = visitor if name in asked["for_visitors"] else admin
        figures = [_figures(client, path) for _ in range(WARM_UP + TIMES)][WARM_UP:]
        found[name] = {key: statistics.median(one[key] for one in figures) for key in figures[0]}
    print(json.dumps(found))


def _watched(engine):
    render = engine.render

    def rendered(self, *arguments, **named):
        with watch.around_template():
            return render(self, *arguments, **named)

    engine.render = rendered


def _figures(client, path):
    watch.__init__()
    began = time.perf_counter()
    with connection.execute_wrapper(watch.around_query):
        response = client.get(path)
    whole = (time.perf_counter() - began) * 1000
    if response.status_code != 200:
        raise SystemExit(f"{path}: {response.status_code}")
    return {
        "queries": watch.queries,
        "sql": watch.sql,
        "templates": watch.templates,
        "rest": whole - watch.sql - watch.templates,
    }


if __name__ == "__main__":
    main()
