import pytest

import accounts.passwords.actions
import accounts.roles.actions
from accounts.kernel import jobs
from accounts.models import AuditEvent, BulkJob, User
from tests.bulk.test_bulk import choose, downloaded


class TestStopping:
    def test_leaves_the_rest_as_it_is(self, admin, max, work):
        path = choose(admin, "deactivate", max)
        admin.post(f"{path}start/")
        admin.post(f"{path}cancel/")
        work()
        assert User.objects.get(pk=max.pk).is_active

    def test_in_the_middle_does_nobody_more(self, admin, max, vera, monkeypatch):
        path = choose(admin, "reset_password", max, vera)
        admin.post(f"{path}start/")
        prepare, prepared = accounts.passwords.actions.prepare_temporary, []

        def stop_before_the_second(user):
            prepared.append(user)
            if len(prepared) == 2:
                admin.post(f"{path}cancel/")
            return prepare(user)

        monkeypatch.setattr(accounts.passwords.actions, "prepare_temporary", stop_before_the_second)
        jobs.run.call(kind="bulk", job_id=BulkJob.objects.get().pk)
        changed = User.objects.filter(must_change_password=True)
        given = downloaded(admin, path)
        assert ([user.email for user in changed], len(given)) == (list(given), 1)

    def test_is_recorded_with_who_and_how_far(self, admin, max, new_user, signed_in_as, killed_at):
        path = choose(admin, "change_role:viewer", max, new_user("Lise Meitner"))
        admin.post(f"{path}start/")
        job, grace = BulkJob.objects.get(), new_user("Grace Hopper", "admin")
        with killed_at(accounts.roles.actions, "change_role", call=2):
            jobs.run.call(kind="bulk", job_id=job.pk)
        signed_in_as(grace).post(f"{path}cancel/")
        event = AuditEvent.objects.get(action="bulk.cancelled")
        what = {"job": str(job.public_id), "change": "change_role", "role": "viewer"}
        assert (event.actor, event.details) == (grace, {**what, "done": 1, "left": 1})

    def test_happens_once(self, admin, max):
        path = choose(admin, "deactivate", max)
        assert [admin.post(f"{path}cancel/").status_code for _time in range(2)] == [302, 409]
        assert AuditEvent.objects.filter(action="bulk.cancelled").count() == 1

    def test_is_refused_to_who_may_not(self, admin, max, vera, signed_in_as):
        path = choose(admin, "deactivate", vera)
        assert signed_in_as(max).post(f"{path}cancel/").status_code == 403
        assert (
            BulkJob.objects.get().state,
            AuditEvent.objects.filter(action="bulk.cancelled").count(),
        ) == ("ready", 0)

    def test_does_not_happen_where_it_cannot_be_recorded(self, admin, max, monkeypatch):
        path = choose(admin, "deactivate", max)
        monkeypatch.setattr("accounts.kernel.audit.record", lambda *args, **details: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            admin.post(f"{path}cancel/")
        assert BulkJob.objects.get().state == "ready"
