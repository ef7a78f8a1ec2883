import pytest

from accounts.actions import bulk
from accounts.actor import Actor
from accounts.models import AuditEvent, BulkJob, User
from tests.pages.users.test_bulk import choose, downloaded


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
        job, do_row = BulkJob.objects.get(), bulk._do_row

        def do_and_stop(row, actor):
            do_row(row, actor)
            if BulkJob.objects.get().state == "running":
                admin.post(f"{path}cancel/")
                self.passwords = downloaded(admin, path)

        monkeypatch.setattr(bulk, "_do_row", do_and_stop)
        bulk.run.call(job.pk)
        changed = User.objects.filter(must_change_password=True)
        assert {user.email for user in changed} == set(self.passwords)
        assert len(self.passwords) == 1

    def test_is_recorded_with_who_and_how_far(self, admin, max, new_user, signed_in_as):
        path = choose(admin, "change_role:viewer", max, new_user("Lise Meitner"))
        admin.post(f"{path}start/")
        job, grace = BulkJob.objects.get(), new_user("Grace Hopper", "admin")
        bulk._do_row(job.rows.select_related("job").first(), Actor.signed_in(job.started_by))
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
        assert (BulkJob.objects.get().state, AuditEvent.objects.filter(action="bulk.cancelled").count()) == ("ready", 0)

    def test_does_not_happen_where_it_cannot_be_recorded(self, admin, max, monkeypatch):
        path = choose(admin, "deactivate", max)
        monkeypatch.setattr("accounts.audit.record", lambda *args, **details: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            admin.post(f"{path}cancel/")
        assert BulkJob.objects.get().state == "ready"
