"""Forty people sign in while an import runs, on whatever database: nobody is turned away, and nothing is lost."""

import io
import threading

import pytest
from django.db import connections

import accounts.imports.actions
import accounts.imports.uploads
import accounts.sign_in.actions
from accounts.kernel import jobs
from accounts.kernel.actor import Actor
from accounts.kernel.crypto import hashers, slots
from accounts.kernel.session_store import SessionStore
from accounts.models import AuditEvent, ImportJob, ImportRow, Session, User
from tests.conftest import PASSWORD

PEOPLE, ROWS = 40, 30


@pytest.mark.django_db(transaction=True)
def test_sign_ins_during_an_import_lose_nothing(ada, hashes, acting, monkeypatch):
    # How long somebody waits hangs on the machine, and is not what is asked here.
    monkeypatch.setattr(hashers, "SECONDS_TO_WAIT", 300)
    monkeypatch.setattr(slots, "PATIENCE", 300)
    people = [
        User(email=f"p{number}@example.com", full_name=f"P {number}") for number in range(PEOPLE)
    ]
    for person in people:
        person.set_own_password(hashes[PASSWORD])
        person.password_set_by = None
        person.set_keys()
    User.objects.bulk_create(people)
    rows = "".join(f"new{number}@example.com,New {number}\n" for number in range(ROWS))
    job = accounts.imports.uploads.take(
        io.BytesIO(f"email,name\n{rows}".encode()), "people.csv", actor=acting(ada)
    )
    accounts.imports.actions.start(job.public_id, actor=acting(ada), mode="create")
    failures = []

    def work(function, *arguments):
        try:
            function(*arguments)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    def sign_in(number):
        visitor = Actor.visitor(address=f"2001:db8:{number:x}::1")
        accounts.sign_in.actions.sign_in(
            f"p{number}@example.com", PASSWORD, actor=visitor, session=SessionStore()
        )

    threads = [threading.Thread(target=work, args=(sign_in, number)) for number in range(PEOPLE)]
    threads.append(
        threading.Thread(target=work, args=(lambda: jobs.run.call(kind="import", job_id=job.pk),))
    )
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    while (
        ImportJob.objects.get().state == "running"
    ):  # on a slow machine it gave the others their turn
        jobs.run.call(kind="import", job_id=job.pk)
    assert failures == []
    assert AuditEvent.objects.filter(action="session.signed_in").count() == PEOPLE
    assert Session.objects.exclude(user=None).count() == PEOPLE
    assert ImportRow.objects.filter(outcome="done").count() == ROWS
