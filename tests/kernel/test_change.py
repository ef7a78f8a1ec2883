"""What the frame of changes promises, once, and shown for whatever can be changed."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.kernel.change import act, change, creation
from accounts.kernel.errors import NotFound, NotPermitted, Stale
from accounts.kernel.policy import Permission
from accounts.kernel.subject import SUBJECTS
from accounts.models import (
    AuditEvent,
    BulkAction,
    BulkJob,
    BulkState,
    ImportJob,
    Invitation,
    Organization,
    PersonalDetail,
    SavedView,
    User,
)
from accounts.models.organization import THE_ONE
from accounts.profile.events import ProfileChanged

pytestmark = pytest.mark.django_db


@dataclass
class Sample:
    """A subject: a row that is stored or a new one, what it takes to change it, and a field with another value."""

    stored: Any
    new: Any
    permission: Permission
    to_create: Permission
    field: str
    value: str

    @property
    def model(self):
        return type(self.stored)

    @property
    def key(self):
        return getattr(self.stored, SUBJECTS[self.model].key)

    @property
    def seen(self):
        """What the actor must have seen, where the subject asks that always."""
        return self.stored.version if SUBJECTS[self.model].always_expected else None

    def as_stored(self):
        return getattr(self.model.objects.get(pk=self.stored.pk), self.field)


def account(ada, max):
    new = User(email="new@example.com", full_name="New")
    return Sample(max, new, Permission.EDIT_USER, Permission.CREATE_USER, "full_name", "Another")


def invitation(ada, max):
    def of(email):
        return Invitation(
            email=email,
            role="viewer",
            invited_by=ada,
            expires_at=timezone.now() + timedelta(days=1),
        )

    stored, new = of("one@example.com"), of("two@example.com")
    stored.save()
    return Sample(
        stored, new, Permission.MANAGE_INVITATIONS, Permission.INVITE, "full_name", "Another"
    )


def settings(ada, max):
    stored, new = Organization(name="Northwind"), Organization(pk=THE_ONE, name="Northwind")
    stored.save()
    return Sample(
        stored, new, Permission.MANAGE_SETTINGS, Permission.MANAGE_SETTINGS, "name", "Southwind"
    )


def bulk(ada, max):
    kind = {"started_by": ada, "action": BulkAction.ACTIVATE, "state": BulkState.READY}
    stored = BulkJob.objects.create(**kind)
    return Sample(
        stored, BulkJob(**kind), Permission.SEE_USERS, Permission.SEE_USERS, "reason", "another"
    )


def an_import(ada, max):
    stored = ImportJob.objects.create(started_by=ada, file_name="a.csv")
    new = ImportJob(started_by=ada, file_name="b.csv")
    return Sample(
        stored, new, Permission.IMPORT_USERS, Permission.IMPORT_USERS, "file_name", "c.csv"
    )


def view(ada, max):
    stored = SavedView.objects.create(owner=ada, name="Viewers")
    new = SavedView(owner=ada, name="Members")
    return Sample(stored, new, Permission.DELETE_VIEW, Permission.SEE_USERS, "name", "Another")


SAMPLES = (account, invitation, settings, bulk, an_import, view)
RECORDED = (account, invitation, settings, bulk, an_import)
EVENT = {"old_name": "A", "new_name": "B"}


@pytest.fixture
def sample(request, ada, max):
    return request.param(ada, max)


def of_each(samples):
    return pytest.mark.parametrize("sample", samples, indirect=True, ids=lambda kind: kind.__name__)


FRAMES = [(how, kind) for kind in SAMPLES for how in ("change", "creation")] + [("act", account)]


@pytest.fixture(params=FRAMES, ids=lambda case: f"{case[0]} of {case[1].__name__}")
def frame(request, ada, max):
    """Return a function that opens the frame for an actor: of each subject, stored or new, and of none."""
    how, kind = request.param
    sample = kind(ada, max)
    if how == "creation" and kind is settings:
        Organization.objects.all().delete()

    def opened(actor):
        match how:
            case "change":
                return changing(sample, actor)
            case "creation":
                return creation(sample.new, actor=actor, permission=sample.to_create)
        return act(actor=actor, permission=sample.permission)

    return opened


@pytest.fixture
def admin(ada, acting):
    return acting(ada)


def changing(sample, actor, **more):
    how = {"actor": actor, "permission": sample.permission, "expected": sample.seen, **more}
    return change(sample.model, sample.key, **how)


def of_nothing(sample):
    """Return a key that no row of the sample's table has."""
    return 0 if isinstance(sample.key, int) else "00000000-0000-4000-8000-000000000000"


def test_each_subject_is_shown_here(ada, max):
    assert {kind(ada, max).model for kind in SAMPLES} == set(SUBJECTS)


class TestOnEveryPath:
    def test_who_lost_the_right_a_moment_ago_is_refused(self, frame, admin):
        User.objects.filter(pk=admin.user_id).update(role="viewer")
        with pytest.raises(NotPermitted), frame(admin) as current:
            current.record(ProfileChanged())
        assert not AuditEvent.objects.exists()

    def test_the_actor_is_as_they_are_now(self, frame, admin):
        User.objects.filter(pk=admin.user_id).update(full_name="Ada King")
        with frame(admin) as current:
            assert current.actor.name == "Ada King"
            current.record(ProfileChanged())

    def test_the_event_is_recorded_with_its_actor(self, frame, admin):
        with frame(admin) as current:
            current.record(ProfileChanged())
        entry = AuditEvent.objects.get()
        assert (entry.action, entry.actor, entry.address) == (
            "profile.changed",
            admin.user,
            admin.address,
        )

    def test_what_is_personal_is_kept_where_it_can_be_erased(self, frame, admin):
        with frame(admin) as current:
            current.record(ProfileChanged(**EVENT))
        assert (AuditEvent.objects.get().details, PersonalDetail.objects.get().data) == ({}, EVENT)

    def test_a_second_event_is_refused(self, frame, admin):
        with pytest.raises(RuntimeError, match="two changes"), frame(admin) as current:
            current.record(ProfileChanged())
            current.record(ProfileChanged())
        assert not AuditEvent.objects.exists()

    def test_what_follows_is_given_the_entry(self, frame, admin):
        given = []
        with frame(admin) as current:
            current.after(given.append)
            current.record(ProfileChanged())
        assert given == [AuditEvent.objects.get()]

    def test_what_follows_can_still_prevent_it(self, frame, admin):
        with pytest.raises(ZeroDivisionError), frame(admin) as current:
            current.after(lambda _entry: 1 / 0)
            current.record(ProfileChanged())
        assert not AuditEvent.objects.exists()

    def test_nothing_is_left_of_what_broke_off(self, frame, admin):
        with pytest.raises(ZeroDivisionError), frame(admin) as current:
            current.record(ProfileChanged())
            Organization.objects.update_or_create(pk=THE_ONE, defaults={"name": "Half done"})
            raise ZeroDivisionError
        assert (Organization.current().name == "Half done", AuditEvent.objects.exists()) == (
            False,
            False,
        )


@of_each(SAMPLES)
class TestOfEachSubject:
    def test_the_row_is_as_it_is_now(self, sample, admin):
        sample.model.objects.filter(pk=sample.stored.pk).update(**{sample.field: sample.value})
        with changing(sample, admin) as current:
            assert getattr(current.subject, sample.field) == sample.value

    def test_what_was_changed_is_stored(self, sample, admin):
        with changing(sample, admin) as current:
            setattr(current.subject, sample.field, sample.value)
            current.record(ProfileChanged())
        assert sample.as_stored() == sample.value

    def test_the_entry_names_what_it_is_about(self, sample, admin):
        with changing(sample, admin) as current:
            current.record(ProfileChanged())
        entry, subject = AuditEvent.objects.get(), SUBJECTS[sample.model]
        assert (entry.subject_type, entry.subject_id) == subject.reference(sample.stored)

    def test_nothing_is_written_where_nothing_changed(self, sample, admin):
        written = []
        for value in (None, sample.value):
            with CaptureQueriesContext(connection) as queries, changing(sample, admin) as current:
                if value:
                    setattr(current.subject, sample.field, value)
                    current.record(ProfileChanged())
            verbs = {query["sql"].partition(" ")[0] for query in queries}
            written.append(sorted(verbs & {"UPDATE", "INSERT", "DELETE"}))
        assert written == [[], ["INSERT", "UPDATE"]]

    def test_what_follows_is_done_also_where_nothing_changed(self, sample, admin):
        given = []
        with changing(sample, admin) as current:
            current.after(given.append)
        assert given == [None]

    def test_what_follows_an_entry_is_left_where_there_is_none(self, sample, admin):
        given = []
        with changing(sample, admin) as current:
            current.after_entry(given.append)
        assert given == []
        with changing(sample, admin) as current:
            current.after_entry(given.append)
            current.record(ProfileChanged())
        assert given == [AuditEvent.objects.get()]

    def test_what_is_not_there_is_said_to_be_missing(self, sample, admin):
        if sample.model is Organization:
            return  # it is made by the first change
        key = of_nothing(sample)
        with (
            pytest.raises(SUBJECTS[sample.model].missing),
            change(sample.model, key, actor=admin, permission=sample.permission),
        ):
            pass

    def test_who_may_not_is_not_told_whether_it_is_there(self, sample, max, acting):
        key = THE_ONE if sample.model is Organization else of_nothing(sample)
        with (
            pytest.raises(NotPermitted),
            change(sample.model, key, actor=acting(max), permission=sample.permission),
        ):
            pass

    def test_jobs_are_locked_first_then_people_then_the_rest(self, sample, admin, vera):
        with (
            CaptureQueriesContext(connection) as queries,
            changing(sample, admin, others=[vera.pk]),
        ):
            pass
        rank = {"accounts_bulkjob": 0, "accounts_importjob": 0, "accounts_user": 1}
        first = [
            re.search(r'FROM "(\w+)"', query["sql"])[1]
            for query in queries
            if "FROM" in query["sql"]
        ]
        ranks = [rank.get(table, 2) for table in first]
        assert ranks == sorted(ranks)


@of_each(RECORDED)
class TestOfWhatIsRecorded:
    def test_a_change_that_no_event_tells_of_is_a_fault_of_ours(self, sample, admin):
        with (
            pytest.raises(RuntimeError, match="no event says so"),
            changing(sample, admin) as current,
        ):
            setattr(current.subject, sample.field, sample.value)
        assert sample.as_stored() != sample.value

    def test_so_is_a_new_row(self, sample, admin):
        with (
            pytest.raises(RuntimeError, match="no event says so"),
            creation(sample.new, actor=admin, permission=sample.to_create),
        ):
            pass

    def test_so_is_a_row_that_is_gone(self, sample, admin):
        with (
            pytest.raises(RuntimeError, match="no event says so"),
            changing(sample, admin) as current,
        ):
            current.delete()
        assert sample.model.objects.filter(pk=sample.stored.pk).exists()


STALE = {account: 99, settings: 99, bulk: (BulkState.RUNNING,), an_import: ("running",)}
AS_EXPECTED = {account: 1, settings: 0, bulk: (BulkState.READY,), an_import: ("checking",)}


@pytest.mark.parametrize("kind", STALE, ids=lambda kind: kind.__name__)
def test_what_is_not_as_the_actor_saw_it_is_left_alone(kind, ada, max, admin):
    sample = kind(ada, max)
    with pytest.raises(Stale), changing(sample, admin, expected=STALE[kind]) as current:
        current.record(ProfileChanged())
    assert not AuditEvent.objects.exists()


@of_each([settings])
def test_what_is_set_as_a_whole_is_left_alone_by_who_did_not_see_it(sample, admin):
    with (
        pytest.raises(Stale),
        changing(sample, admin, expected=None) as current,
    ):
        current.record(ProfileChanged())
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("kind", AS_EXPECTED, ids=lambda kind: kind.__name__)
def test_what_is_as_the_actor_saw_it_is_changed(kind, ada, max, admin):
    with changing(kind(ada, max), admin, expected=AS_EXPECTED[kind]) as current:
        current.record(ProfileChanged())
    assert AuditEvent.objects.exists()


@pytest.mark.parametrize("kind", [account, settings], ids=lambda kind: kind.__name__)
def test_there_is_a_new_version_of_what_admins_decide_upon(kind, ada, max, admin):
    sample = kind(ada, max)
    with changing(sample, admin) as current:
        setattr(current.subject, sample.field, sample.value)
        current.record(ProfileChanged())
    assert sample.model.objects.get(pk=sample.stored.pk).version == sample.stored.version + 1


def test_what_nobody_decides_upon_makes_no_new_version(max, admin):
    with change(User, max.pk, actor=admin, permission=Permission.EDIT_USER) as current:
        current.subject.time_zone = "Europe/Berlin"
        current.record(ProfileChanged())
    assert User.objects.get(pk=max.pk).version == max.version


def test_how_somebody_likes_their_list_needs_no_entry(max, admin):
    with change(User, max.pk, actor=admin, permission=Permission.EDIT_USER) as current:
        current.subject.list_columns = ["email"]
    assert (User.objects.get(pk=max.pk).list_columns, AuditEvent.objects.exists()) == (
        ["email"],
        False,
    )


def test_a_deleted_account_is_as_good_as_gone(dora, admin):
    User.objects.filter(pk=dora.pk).update(deleted_at=timezone.now())
    with (
        pytest.raises(NotFound),
        change(User, dora.pk, actor=admin, permission=Permission.EDIT_USER),
    ):
        pass


def test_a_cancelled_invitation_is_as_good_as_gone(ada, max, admin):
    sample = invitation(ada, max)
    Invitation.objects.update(cancelled_at=timezone.now())
    with pytest.raises(NotFound), changing(sample, admin):
        pass


def test_a_view_is_deleted_without_an_entry(ada, max, admin):
    with changing(view(ada, max), admin) as current:
        current.delete()
    assert (SavedView.objects.exists(), AuditEvent.objects.exists()) == (False, False)


def test_a_number_does_not_mean_another_tables_row(ada, max, admin):
    job = bulk(ada, max).stored
    BulkJob.objects.filter(pk=job.pk).update(id=ada.pk)
    with change(
        BulkJob, job.public_id, actor=admin, permission=Permission.RESET_PASSWORD
    ) as current:
        current.record(ProfileChanged())
    assert AuditEvent.objects.exists()
