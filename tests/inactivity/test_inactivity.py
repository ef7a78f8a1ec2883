from datetime import timedelta

import pytest
from django.core import mail
from django.db import OperationalError
from django.utils import timezone

import accounts.inactivity.actions
import accounts.inactivity.queries
import accounts.users.activation
from accounts.kernel.actor import Actor
from accounts.kernel.queue import state, worker
from accounts.models import AuditEvent, DormancyWarning, Organization, User
from tests.conftest import PASSWORD, maintain, text_of


@pytest.fixture
def rule(clock):
    """Ninety days, thirty for who never came, in force for long."""
    return Organization.objects.create(
        name="Northwind",
        dormant_days=90,
        dormant_days_if_never=30,
        dormant_since=timezone.now() - timedelta(days=400),
    )


@pytest.fixture
def unused(max):
    """Return a function that makes Max's last sign-in so many days ago."""

    def make(days):
        User.objects.filter(pk=max.pk).update(last_sign_in_at=timezone.now() - timedelta(days=days))
        return max

    make.user = max
    return make


def is_active(user):
    return User.objects.get(pk=user.pk).is_active


class TestADayThatHasComeUnderTheLock:
    """What the check has read may be old by then: `deactivate_dormant` asks again."""

    @pytest.mark.parametrize(
        "meanwhile",
        [
            lambda: {"last_sign_in_at": timezone.now()},
            lambda: {"last_active_on": timezone.now().date()},
            lambda: {"activated_at": timezone.now()},
            lambda: {"role": "admin"},
        ],
        ids=["signed in", "was here", "was activated again", "became an Admin"],
    )
    def test_is_none_for_who_is_not_unused_any_more(self, rule, unused, ada, meanwhile):
        User.objects.filter(pk=unused(200).pk).update(**meanwhile())
        accounts.users.activation.deactivate_dormant(unused.user.pk, actor=Actor.system())
        assert (is_active(unused.user), AuditEvent.objects.count()) == (True, 0)

    def test_is_one_for_who_still_is(self, rule, unused):
        accounts.users.activation.deactivate_dormant(unused(200).pk, actor=Actor.system())
        assert not is_active(unused.user)


class TestCheck:
    def run(self, work):
        accounts.inactivity.actions.check()
        work()
        return [message.subject for message in mail.outbox]

    def test_does_nothing_to_who_signed_in_lately(self, rule, unused, work):
        unused(75)
        assert self.run(work) == []
        unused(76)
        assert len(self.run(work)) == 1

    def test_warns_14_days_before(self, rule, unused, work):
        unused(76)
        assert self.run(work) == ["Vectice Admin: your account will be deactivated in 14 days"]

    def test_warns_once(self, rule, unused, work):
        unused(76)
        self.run(work)
        assert len(self.run(work)) == 1

    def test_warns_again_3_days_before(self, rule, unused, work, later):
        unused(76)
        self.run(work)
        later(days=11)
        assert self.run(work)[1] == "Vectice Admin: your account will be deactivated in 3 days"

    def test_deactivates_on_the_day(self, rule, unused, work, later):
        user = unused(76)
        for _day in range(15):
            self.run(work)
            later(days=1)
        assert not is_active(user)
        event = AuditEvent.objects.get(action="user.deactivated")
        assert (event.actor_kind, event.details["because"]) == ("system", "dormant")
        assert "Nobody had signed in with it" in mail.outbox[-1].body

    def test_deactivates_nobody_who_was_not_warned_three_days_before(
        self, rule, unused, work, later
    ):
        user = unused(200)
        self.run(work)
        later(days=2)
        self.run(work)
        assert is_active(user)
        later(days=1)
        self.run(work)
        assert not is_active(user)

    def test_spares_who_signs_in_after_a_warning(self, rule, unused, work, later, client):
        user = unused(87)
        self.run(work)
        client.post("/sign-in/", {"email": user.email, "password": PASSWORD})
        later(days=5)
        self.run(work)
        assert is_active(user)

    def test_spares_who_is_here_every_day_without_signing_in(
        self, rule, unused, work, later, signed_in_as, settings
    ):
        settings.SESSION_HOURS, settings.SESSION_IDLE_MINUTES = 24 * 365, 60 * 24 * 30
        member = signed_in_as(unused(0))
        for _day in range(100):
            later(days=1)
            member.get("/profile/")
            if _day % 10 == 9:
                assert self.run(work) == []
        assert member.get("/profile/").status_code == 200

    def test_counts_from_the_last_day_on_which_they_were_here(self, rule, unused, work, later):
        User.objects.filter(pk=unused(300).pk).update(
            last_active_on=timezone.now().date() - timedelta(days=76)
        )
        assert self.run(work) == ["Vectice Admin: your account will be deactivated in 14 days"]
        User.objects.update(last_active_on=timezone.now().date() - timedelta(days=75))
        mail.outbox.clear()
        assert self.run(work) == []

    def test_counts_from_being_added_where_nobody_ever_signed_in(self, rule, max, work):
        User.objects.filter(pk=max.pk).update(created_at=timezone.now() - timedelta(days=27))
        assert self.run(work) == ["Vectice Admin: your account will be deactivated in 3 days"]

    def test_begins_anew_when_somebody_is_activated_again(self, rule, ada, dora, work, acting):
        User.objects.filter(pk=dora.pk).update(last_sign_in_at=timezone.now() - timedelta(days=300))
        accounts.users.activation.activate(dora.pk, actor=acting(ada))
        accounts.inactivity.actions.check()
        assert DormancyWarning.objects.count() == 0
        User.objects.filter(pk=dora.pk).update(activated_at=None)
        accounts.inactivity.actions.check()
        assert DormancyWarning.objects.get().user == dora

    def test_counts_from_the_day_somebody_was_activated_again(self, rule, unused, work):
        User.objects.filter(pk=unused(300).pk).update(
            activated_at=timezone.now() - timedelta(days=80)
        )
        assert self.run(work) == ["Vectice Admin: your account will be deactivated in 10 days"]

    def test_forgets_warnings_of_long_ago(self, rule, unused):
        for days in (89, 91):
            DormancyWarning.objects.create(
                user=unused(1),
                due_on=timezone.now(),
                days=days,
                queued_at=timezone.now() - timedelta(days=days),
            )
        maintain()
        assert [warning.days for warning in DormancyWarning.objects.all()] == [89]

    def test_leaves_admins_alone(self, rule, ada, work):
        User.objects.filter(pk=ada.pk).update(last_sign_in_at=timezone.now() - timedelta(days=300))
        assert self.run(work) == []
        Organization.objects.update(dormant_admins=True)
        assert len(self.run(work)) == 1

    def test_takes_admins_too_where_the_organization_says_so_but_never_the_last(
        self, rule, ada, work, later
    ):
        Organization.objects.update(dormant_admins=True)
        User.objects.filter(pk=ada.pk).update(last_sign_in_at=timezone.now() - timedelta(days=300))
        for _day in range(5):
            self.run(work)
            later(days=1)
        assert (len(mail.outbox), is_active(ada)) == (1, True)

    def test_warns_first_when_the_rule_is_new(self, rule, unused, work):
        Organization.objects.update(dormant_since=timezone.now())
        unused(300)
        assert self.run(work) == ["Vectice Admin: your account will be deactivated in 14 days"]

    def test_does_nothing_while_mail_is_off(self, rule, unused, work):
        Organization.objects.update(mail_is_on=False)
        unused(300)
        self.run(work)
        assert DormancyWarning.objects.count() == 0
        Organization.objects.update(mail_is_on=True)
        self.run(work)
        assert DormancyWarning.objects.count() == 1

    def test_goes_on_after_somebody_who_is_deleted_meanwhile(
        self, rule, unused, new_user, work, later, monkeypatch
    ):
        gone, vera = (
            unused(200),
            new_user("Vera Rubin", last_sign_in_at=timezone.now() - timedelta(days=200)),
        )
        self.run(work)
        later(days=3)

        def deactivate(user_id, *, actor, deactivate=accounts.users.activation.deactivate_dormant):
            User.objects.filter(pk=gone.pk).update(is_active=False, deleted_at=timezone.now())
            deactivate(user_id, actor=actor)

        monkeypatch.setattr(accounts.users.activation, "deactivate_dormant", deactivate)
        self.run(work)
        assert not is_active(vera)

    @pytest.fixture
    def odd(self, rule, unused, monkeypatch):
        """Max, whose day comes as Vera's does, and whose account cannot be looked at."""
        user = unused(76)
        due_on = accounts.inactivity.queries.due_on

        def fail(other, organization):
            if other.pk == user.pk:
                raise ValueError(other.email)
            return due_on(other, organization)

        monkeypatch.setattr(accounts.inactivity.queries, "due_on", fail)
        return user

    @pytest.fixture
    def vera(self, odd, new_user):
        """Who comes after Max."""
        return new_user("Vera Rubin", last_sign_in_at=timezone.now() - timedelta(days=76))

    def test_goes_on_after_an_account_that_cannot_be_checked(self, vera):
        with pytest.raises(accounts.inactivity.actions.NotAllChecked):
            accounts.inactivity.actions.check_daily()
        assert [warning.user for warning in DormancyWarning.objects.all()] == [vera]

    def test_logs_of_an_account_that_cannot_be_checked_no_more_than_the_kind_of_fault(
        self, odd, work, caplog
    ):
        worker.plan()
        work()
        assert "An account could not be checked (ValueError)." in caplog.messages
        assert odd.email not in caplog.text


class TestEachDay:
    """The worker begins it every few minutes; once all could be checked, the day is done."""

    @pytest.fixture
    def a_round(self, rule, work, later):
        """Return a function that does what comes again and again, and lets the time to the next pass."""

        def live():
            worker.plan()
            work()
            faulty = [entry.fault for entry in state.now().faulty]
            later(minutes=6)
            return faulty

        return live

    @pytest.fixture
    def fault(self, unused, new_user, monkeypatch, clock):
        """A list; while it holds an error, Max cannot be looked at. Vera comes after him."""
        clock.move_to(timezone.now().replace(hour=9))
        user, due_on, faults = unused(76), accounts.inactivity.queries.due_on, []
        new_user("Vera Rubin", last_sign_in_at=timezone.now() - timedelta(days=76))

        def look(other, organization):
            if faults and other.pk == user.pk:
                raise faults[0]
            return due_on(other, organization)

        monkeypatch.setattr(accounts.inactivity.queries, "due_on", look)
        return faults

    def warned(self):
        return sorted(message.to[0] for message in mail.outbox)

    def test_an_account_that_cannot_be_checked_is_seen_and_tried_again(self, fault, a_round):
        fault.append(ValueError())
        assert (a_round(), a_round()) == (["NotAllChecked"], ["NotAllChecked"])
        assert self.warned() == ["vera@example.com"]
        fault.clear()
        assert a_round() == []
        assert self.warned() == ["max@example.com", "vera@example.com"]

    def test_a_walk_that_breaks_off_is_seen_and_tried_again(self, fault, a_round, monkeypatch):
        def away(*arguments):
            raise OperationalError

        with monkeypatch.context() as patch:
            patch.setattr(accounts.inactivity.actions.paging, "iterate", away)
            assert a_round() == ["OperationalError"]
        assert (a_round(), len(self.warned())) == ([], 2)

    def test_many_are_checked_in_parts(self, fault, a_round, monkeypatch):
        monkeypatch.setattr(accounts.inactivity.actions, "SECONDS_AT_A_TIME", -1)
        told = []
        for _part in range(4):
            a_round()
            told.append(len(self.warned()))
        assert told == [1, 2, 2, 2]

    def test_a_fault_in_one_part_is_seen_until_a_walk_has_none(self, fault, a_round, monkeypatch):
        monkeypatch.setattr(accounts.inactivity.actions, "SECONDS_AT_A_TIME", -1)
        fault.append(ValueError())
        assert [a_round() for _part in range(3)] == [["NotAllChecked"]] * 3
        fault.clear()
        assert [a_round() for _part in range(3)] == [[]] * 3
        assert self.warned() == ["max@example.com", "vera@example.com"]

    def test_nobody_is_looked_at_again_once_it_is_done(self, fault, a_round):
        a_round()
        fault.append(ValueError())
        assert a_round() == []

    def test_comes_anew(self, fault, a_round, later):
        a_round()
        later(days=11)
        a_round()
        assert len(self.warned()) == 4


class TestUnderTheLock:
    """The check has read the account; by the time that it is locked something may have happened to it."""

    def deactivate(self, user):
        accounts.users.activation.deactivate_dormant(user.pk, actor=Actor.system())
        return is_active(user), AuditEvent.objects.count()

    def test_is_deactivated_whose_day_has_come(self, rule, unused):
        assert self.deactivate(unused(200)) == (False, 1)

    @pytest.mark.parametrize("happened", ["last_sign_in_at", "activated_at", "role"])
    def test_is_spared_to_whom_something_happened(self, rule, unused, ada, happened):
        User.objects.filter(pk=unused(200).pk).update(
            **{happened: "admin" if happened == "role" else timezone.now()}
        )
        assert self.deactivate(User.objects.get(full_name="Max Planck")) == (True, 0)

    def test_is_spared_where_the_rule_is_given_up(self, rule, unused):
        Organization.objects.update(dormant_days=0)
        assert self.deactivate(unused(200)) == (True, 0)

    def test_is_deactivated_once(self, rule, unused):
        assert [self.deactivate(unused(200)) for _time in range(2)] == [(False, 1), (False, 1)]


class TestSettings:
    def test_warn_first_when_mail_is_turned_on_again(self, ada, signed_in_as, rule):
        Organization.objects.update(mail_is_on=False)
        self.save(signed_in_as(ada), dormant_days=90, dormant_days_if_never=30)
        assert Organization.objects.get().dormant_since == timezone.now()

    FORM = {"name": "Northwind", "mail_is_on": "on", "version": 0}

    def save(self, client, **typed):
        return client.post("/organization/", {**self.FORM, **typed})

    def test_remember_since_when_they_hold(self, ada, signed_in_as, clock):
        self.save(signed_in_as(ada), dormant_days=90)
        assert Organization.objects.get().dormant_since == timezone.now()

    @pytest.mark.parametrize(
        "stricter",
        [
            {"dormant_days": 60},
            {"dormant_days_if_never": 35, "dormant_days": 90},
            {"dormant_admins": "on"},
        ],
    )
    def test_that_are_stricter_count_from_now(self, ada, signed_in_as, rule, stricter):
        Organization.objects.update(dormant_days_if_never=40)
        self.save(
            signed_in_as(ada), **{"dormant_days": 90, "dormant_days_if_never": 40, **stricter}
        )
        assert Organization.objects.get().dormant_since == timezone.now()

    def test_that_are_milder_change_no_date(self, ada, signed_in_as, rule):
        self.save(signed_in_as(ada), dormant_days=120, dormant_days_if_never=30)
        assert Organization.objects.get().dormant_since == rule.dormant_since

    @pytest.mark.parametrize("days", ["1", "29", "-5", "4000", "x"])
    def test_refuse_a_number_that_leaves_no_time_to_warn(self, ada, signed_in_as, days):
        assert self.save(signed_in_as(ada), dormant_days=days).status_code == 422


class TestPreview:
    FORM = {"name": "Northwind", "mail_is_on": "on", "version": 0, "dormant_days": 90}
    WORDS = "Max Planck, "

    @pytest.fixture
    def save(self, ada, signed_in_as):
        return lambda **typed: signed_in_as(ada).post("/organization/", {**self.FORM, **typed})

    def is_saved(self):
        return Organization.objects.filter(dormant_days=90).exists()

    def test_comes_before_a_rule_that_affects_somebody_is_saved(self, clock, unused, save):
        unused(100)
        response = save()
        text = text_of(response)
        assert (response.status_code, self.is_saved()) == (422, False)
        assert ("1 account would be deactivated next" in text, self.WORDS in text) == (True, True)

    def test_that_is_agreed_to_saves_the_rule(self, clock, unused, save):
        unused(100)
        assert (save(inactive="on").status_code, self.is_saved()) == (302, True)

    def test_is_not_asked_where_a_rule_affects_nobody(self, clock, unused, save):
        unused(10)
        assert (save().status_code, self.is_saved()) == (302, True)

    def test_is_not_asked_where_no_mail_could_warn(self, clock, unused, save):
        unused(100)
        assert save(mail_is_on="").status_code == 302

    def test_is_not_asked_again_for_a_rule_that_stays(self, clock, unused, save):
        unused(100)
        save(inactive="on")
        assert save(name="Southwind", version=1).status_code == 302

    def test_on_demand_saves_nothing(self, clock, unused, save):
        unused(100)
        response = save(step="preview")
        assert (response.status_code, self.is_saved()) == (200, False)
        assert self.WORDS in text_of(response)

    def test_on_demand_says_when_a_rule_affects_nobody(self, clock, unused, save):
        unused(10)
        text = text_of(save(step="preview"))
        assert ("No accounts within the next 30 days." in text, self.WORDS in text) == (
            True,
            False,
        )


class TestPage:
    def test_leaves_out_who_was_activated_again(self, rule, unused, ada, signed_in_as):
        user, admin = unused(300), signed_in_as(ada)
        assert "Max Planck" in text_of(admin.get("/users/dormant/"))
        User.objects.filter(pk=user.pk).update(activated_at=timezone.now())
        assert "Max Planck" not in text_of(admin.get("/users/dormant/"))

    def test_names_no_day_that_is_past(self, rule, unused, ada, signed_in_as):
        unused(300)
        due = timezone.now() + timedelta(days=3)
        assert f"{due.day} {due:%b %Y}" in text_of(signed_in_as(ada).get("/users/dormant/"))

    def test_shows_who_is_next_and_when(self, rule, unused, ada, signed_in_as):
        unused(76)
        text = text_of(signed_in_as(ada).get("/users/dormant/"))
        due = timezone.now() + timedelta(days=14)
        assert all(part in text for part in ("Max Planck", f"{due.day} {due:%b %Y}"))

    def test_says_that_there_is_no_rule(self, ada, signed_in_as):
        assert "No accounts are deactivated for inactivity." in text_of(
            signed_in_as(ada).get("/users/dormant/")
        )
