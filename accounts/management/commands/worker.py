"""The background worker: sends mails and tidies."""

from datetime import timedelta

from django_tasks_db.management.commands import db_worker

from accounts import housekeeping


class Command(db_worker.Command):
    help = "Do what waits in the task queue: mails, reset links, tidying. Run as many of them as you like."

    def handle(self, **options):
        housekeeping.requeue_interrupted()
        housekeeping.schedule(after=timedelta(0))
        super().handle(**options)
