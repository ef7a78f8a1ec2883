"""The people of the tests, and how they come in."""

import email
import email.policy
import html
import os
import re
import socket
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
import time_machine
from aiosmtpd.controller import Controller
from django.core.cache import cache
from django.db import connection
from django.template.backends.jinja2 import Template
from django.test import Client, TransactionTestCase
from django.test.signals import template_rendered
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks_db.management.commands import db_worker

import accounts.passwords.temporary
from accounts.kernel import sessions
from accounts.kernel.actor import Actor
from accounts.kernel.crypto import hashers
from accounts.kernel.queue import tasks, worker
from accounts.kernel.session_store import SessionStore
from accounts.models import Role, User

TESTS = Path(__file__).parent
# Folders of which a test says itself when it asks the database; each page of a subject does.
WITHOUT_DATABASE = ("house", "journeys", "operations", "races", "tabular", "upgrade", "wiring")
# What `make test-fast` leaves out, beside whatever needs a database that is committed to: a browser, other processes,
# real threads, the version before, files, walks over all pages or settings, and what asks thousands of times.
SLOW = (
    *("journeys", "operations", "races", "upgrade"),
    *("bulk", "exports", "house", "imports", "tabular", "web", "wiring"),
    *("sign_in/test_limits.py", "inactivity/test_inactivity.py", "kernel/test_worker.py"),
    *("users/test_query_plans.py", "users/test_search.py", "users/test_list.py"),
)
# Run without looking at which lines they reach, which others reach as well.
NOT_COUNTED = ("journeys", "operations", "upgrade", "imports/hostile", "web/test_odd_input.py")
FULL_COST = hashers.Argon2id.memory_cost
PASSWORD = "correct horse battery staple"
TEMPORARY = "maple-orbit-canyon-thrift"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

GUARDS = [
    import_module(f"accounts.migrations.{name}")
    for name in ("0002_audit_trail_is_append_only", "0015_personal_details_are_not_rewritten")
]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        where = item.path.relative_to(TESTS).as_posix()
        if not where.startswith(WITHOUT_DATABASE) and not item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.django_db)
        marker = item.get_closest_marker("django_db")
        commits = "transactional_db" in item.fixturenames or (
            marker and marker.kwargs.get("transaction")
        )
        if commits or where.startswith(SLOW):
            item.add_marker(pytest.mark.slow)
        if where.startswith(NOT_COUNTED):
            item.add_marker(pytest.mark.no_cover)


def pytest_terminal_summary(terminalreporter):
    """Hand what was skipped, and why, to `.ci/test`, whose last line names it."""
    path = os.environ.get("SKIPPED")
    skipped = terminalreporter.stats.get("skipped", [])
    if path and skipped:
        with Path(path).open("a") as file:
            file.writelines(
                f"{report.longrepr[2].removeprefix('Skipped: ')}\n" for report in skipped
            )


def _empty_the_database(_self):
    """
    Delete what is there, table by table: Django empties all of them whether or not they hold
    anything, which costs PostgreSQL most of a second each time.
    """
    # The audit trail refuses to be emptied, as it should; only between tests that is lifted.
    with connection.schema_editor() as editor:
        for guard in GUARDS:
            guard.allow(None, editor)
        for table in connection.introspection.django_table_names(only_existing=True):
            editor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
        for guard in GUARDS:
            guard.forbid(None, editor)


TransactionTestCase._fixture_teardown = _empty_the_database


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """A thread of the browser's server may still hold a connection at the end; PostgreSQL would keep the database."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")


@pytest.fixture(autouse=True)
def fresh_cache(request):
    """No test starts near the limits that another one used up."""
    names = set(request.fixturenames)
    if names & {"db", "transactional_db"} or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("transactional_db" if "transactional_db" in names else "db")
        cache.clear()


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes():
    """Hashing is slow on purpose; no test but those of its cost (`full_cost`) waits for that."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashers.Argon2id, "memory_cost", 64)
        yield


@pytest.fixture(scope="session", autouse=True)
def contexts():
    """Tell the test client what a page was made of (`response.context`), as Django's own templates do."""
    render = Template.render

    def told(template, context=None, request=None):
        page = render(template, context, request)
        if request is not None:
            template_rendered.send(template, template=template, context=context)
        return page

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "render", told)
        yield


@pytest.fixture
def full_cost(monkeypatch):
    """Hashing costs what it does in an installation."""
    monkeypatch.setattr(hashers.Argon2id, "memory_cost", FULL_COST)
    hashers._nobodys_hash.cache_clear()
    yield
    hashers._nobodys_hash.cache_clear()


@pytest.fixture(scope="session")
def hashes(cheap_hashes):
    """The hashes of the two passwords, made once."""
    return {password: hashers.make(password) for password in (PASSWORD, TEMPORARY)}


@pytest.fixture
def new_user(db, hashes):
    """Return a function that stores a user: one with a password of their own, unless told otherwise."""

    def make(full_name, role=Role.MEMBER, *, email="", temporary=False, **fields):
        email = email or f"{full_name.split()[0].lower()}@example.com"
        user = User(email=email, full_name=full_name, role=role, **fields)
        if temporary:
            user.set_temporary_password(hashes[TEMPORARY], by=None)
        else:
            user.set_own_password(hashes[PASSWORD])
            user.password_set_by = None
        user.save()
        return user

    return make


@pytest.fixture
def ada(new_user):
    """An Admin."""
    return new_user("Ada Lovelace", Role.ADMIN)


@pytest.fixture
def admin(ada, signed_in_as):
    """The browser of an Admin."""
    return signed_in_as(ada)


@pytest.fixture
def max(new_user):
    """A Member."""
    return new_user("Max Planck")


@pytest.fixture
def vera(new_user):
    """A Viewer."""
    return new_user("Vera Rubin", Role.VIEWER)


@pytest.fixture
def nils(new_user):
    """A Member with a temporary password."""
    return new_user("Nils Bohr", temporary=True)


@pytest.fixture
def dora(new_user):
    """A deactivated Member."""
    return new_user("Dora Maar", is_active=False)


@pytest.fixture
def signed_in_as(settings):
    """Return a function that returns a Client signed in as the user, with a session like any other."""

    def sign_in(user, *, method="", next_path=""):
        store = SessionStore()
        actor = Actor.signed_in(user, address="192.0.2.7", user_agent=BROWSER)
        method = method or ("temporary_password" if user.must_change_password else "password")
        sessions.start(store, user, actor=actor, methods=[method], next_path=next_path)
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
        return client

    return sign_in


@pytest.fixture
def acting():
    """Return a function that makes the Actor of a user."""
    return lambda user: Actor.signed_in(user, address="192.0.2.7", user_agent=BROWSER)


@pytest.fixture
def clock():
    """A clock that stands still until the test moves it, so that no window of a limit ends in the middle of a test."""
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def later(clock):
    """Return a function that moves the clock on: `later(hours=72)`."""
    return lambda **amount: clock.shift(timedelta(**amount))


@pytest.fixture
def killed_at():
    """Return a context manager in which the process dies when the function `name` is called the n-th time."""

    class Killed(BaseException):
        pass

    @contextmanager
    def kill(module, name, *, call):
        calls, original = [], getattr(module, name)

        def die(*arguments, **told):
            calls.append(name)
            if len(calls) == call:
                raise Killed
            return original(*arguments, **told)

        with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
            patch.setattr(module, name, die)
            yield

    return kill


def maintain():
    """Do everything once that comes again and again."""
    for path in list(tasks.RECURRING.values()):
        import_string(path)()


@pytest.fixture
def work(monkeypatch):
    """Return a function that does what waits in the task queue, as the worker does."""
    # The worker looks after its connection; here it is the test's, and stays open.
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)
    return worker.Worker(interval=0, name="test").run


@pytest.fixture
def mail_server(settings):
    """A real SMTP server that the product sends to; `received` are the messages, with `recipients` set on each."""

    class Handler:
        received = []
        greeted = []  # the names that clients gave
        wants_dot = False  # whether a name without one is refused, as many servers do
        refusal = ""  # what every recipient is refused with

        async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802 - aiosmtpd's name
            self.greeted.append(hostname)
            if self.wants_dot and "." not in hostname:
                return ["504 5.5.2 need fully-qualified hostname"]
            session.host_name = hostname
            return responses

        async def handle_HELO(self, server, session, envelope, hostname):  # noqa: N802 - the same
            return (
                await self.handle_EHLO(
                    server, session, envelope, hostname, [f"250 {server.hostname}"]
                )
            )[0]

        async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802 - the same
            if self.refusal:
                return self.refusal
            envelope.rcpt_tos.append(address)
            return "250 OK"

        async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            message.recipients = envelope.rcpt_tos
            self.received.append(message)
            return "250 OK"

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    handler = Handler()
    handler.received, handler.greeted = [], []
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    controller.start()
    yield handler
    controller.stop()


def is_password_of(user, password):
    """Return whether `user`, as the database has them now, signs in with that password."""
    user.refresh_from_db()
    return hashers.matches(accounts.passwords.temporary.as_stored(password, user), user.password)


def text_of(response):
    """Return what a page says, without its markup and with single spaces."""
    body = re.sub(
        r"<(script|style|template)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL
    )
    body = re.sub(r'<span translate="no">([^<]*)</span>', r"\1", body)  # a name within a sentence
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())
