"""Every mail, as a real mail server receives it."""

import html
import re

import pytest
from django.db import OperationalError
from django_tasks_db.models import DBTaskResult

import accounts.mail.actions
import accounts.passwords.actions
import accounts.roles.actions
import accounts.users.actions
import accounts.users.activation
from accounts.kernel import outbox
from accounts.kernel.crypto import tokens
from accounts.kernel.queue import worker
from accounts.models import Organization
from accounts.passwords.mails import PasswordWasChanged
from tests.conftest import TEMPORARY, text_of

LINK = r"http[^\s\"<>]+/reset/[^\s\"<>]+"


def part(message, kind):
    return message.get_body((kind,)).get_content().replace("\r\n", "\n")


@pytest.fixture
def received(mail_server, work):
    """Return a function that has the worker send what waits, and returns what arrived."""

    def receive():
        work()
        return mail_server.received

    return receive


class TestResetLink:
    @pytest.fixture
    def message(self, max, received):
        accounts.passwords.actions.issue_reset_link.call(
            email=max.email, address=None, user_agent=""
        )
        [message] = received()
        return message

    def test_goes_to_the_stored_address_alone(self, message):
        assert message.recipients == ["max@example.com"]

    def test_has_the_same_link_in_both_parts(self, message, max):
        max.refresh_from_db()
        link = f"http://admin.northwind.example/reset/{max.public_id}/{tokens.make(max)}/"
        [in_text] = re.findall(LINK, part(message, "plain"))
        assert {in_text, *re.findall(LINK, part(message, "html"))} == {link}

    def test_has_the_link_alone_on_its_line(self, message):
        assert re.search(rf"^{LINK}$", part(message, "plain"), flags=re.MULTILINE)

    def test_has_no_line_that_a_mail_program_must_fold(self, message):
        assert max_line(message) < 998

    def test_says_how_long_it_works(self, message):
        assert "within 60 minutes" in part(message, "plain")

    def test_is_marked_as_automatic(self, message):
        assert message["Auto-Submitted"] == "auto-generated"


def max_line(message):
    import builtins

    return builtins.max(len(line) for line in message.as_bytes().splitlines())


class TestNotices:
    def test_of_a_reset_names_the_admin_and_no_password(self, ada, max, acting, received):
        accounts.passwords.actions.reset_by_admin(max, actor=acting(ada), new_password=TEMPORARY)
        [message] = received()
        assert "Ada Lovelace (Admin) reset your password on " in part(message, "plain")
        assert TEMPORARY not in message.as_string()

    def test_of_a_reset_at_the_console_names_the_operator(self, max, received):
        from accounts.kernel.actor import Actor

        accounts.passwords.actions.reset_by_admin(max, actor=Actor.system())
        [message] = received()
        assert "The operator of the server reset your password" in part(message, "plain")

    def test_of_a_role_names_both(self, ada, max, acting, received):
        accounts.roles.actions.change_role(max.pk, actor=acting(ada), role="viewer")
        [message] = received()
        assert "from Member to Viewer on " in part(message, "plain")

    def test_of_a_deactivation_and_an_activation_are_sent(self, ada, max, acting, received):
        accounts.users.activation.deactivate(max.pk, actor=acting(ada))
        accounts.users.activation.activate(max.pk, actor=acting(ada))
        subjects = {message["Subject"] for message in received()}
        assert subjects == {
            "Vectice Admin: your account was deactivated",
            "Vectice Admin: your account was activated",
        }

    def test_of_a_changed_password_says_what_to_do(self, max, received):
        for how in ("changed", "forced", "link"):
            PasswordWasChanged(how=how).queue(max)
        assert ["If it wasn’t you" in part(message, "plain") for message in received()] == [
            True
        ] * 3


class TestNames:
    @pytest.fixture
    def both_parts(self, new_user, received):
        """Return a function that mails a link to somebody of that name, and returns what the mail says."""

        def mailed(name):
            user = new_user(name, email=f"x{len(received())}@example.com")
            accounts.passwords.actions.issue_reset_link.call(
                email=user.email, address=None, user_agent=""
            )
            message = received()[-1]
            return part(message, "html"), part(message, "plain")

        return mailed

    def test_are_text_and_nothing_else(self, both_parts):
        for name in (
            "<a/href=https://evil.test>Click</a>",
            "<img/src=//evil.test/x>",
            "{{7*7}}{%raw%}",
        ):
            page, text = (part.replace("\u200b", "") for part in both_parts(name))
            assert f'<p>Hello <span translate="no">{html.escape(name)}</span>,</p>' in page, name
            assert text.startswith(f"Hello {name},"), name

    def test_that_look_like_an_address_are_made_no_link_of(self, both_parts):
        for name in ("evil.test win", "https://evil.test/x"):
            _page, text = both_parts(name)
            assert ("evil.test" in text.replace("\u200b", ""), "evil.test" in text) == (
                True,
                False,
            ), name

    def test_cannot_hold_a_line_end(self, ada, acting):
        names = ("Bob\r\nBcc: evil@evil.test", "Bob\nX: y", "Bob\u2028Z", "\x1b[2JBob")
        for number, name in enumerate(names):
            new = {"full_name": name, "role": "viewer"}
            user, _password = accounts.users.actions.create(
                f"bob{number}@example.com", actor=acting(ada), **new
            )
            assert user.full_name.isprintable(), name


class TestMailServerAway:
    @pytest.fixture
    def away(self, settings, max):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        accounts.passwords.actions.issue_reset_link.call(
            email=max.email, address=None, user_agent=""
        )

    def waiting(self):
        return DBTaskResult.objects.filter(task_path=outbox.deliver.module_path, status="READY")

    def test_the_mail_waits(self, away, work):
        work()
        assert self.waiting().count() == 1

    def test_the_mail_goes_out_when_it_is_back(self, away, work, later, mail_server):
        settings_of_peer = mail_server.received
        work()
        later(minutes=2)
        work()
        assert len(settings_of_peer) == 1

    def test_the_answer_stays_the_same(self, away, client, work, max):
        work()
        response = client.post("/forgot-password/", {"email": max.email})
        assert response["Location"] == "/forgot-password/sent/"

    def test_one_that_fails_for_good_is_shown_to_admins(
        self, away, ada, max, acting, work, later, signed_in_as
    ):
        self.fail_for_good(ada, max, acting, work, later)
        admin = signed_in_as(ada)
        assert "1 mail could not be sent." in text_of(admin.get("/users/"))
        assert "Role was changed Max Planck" in text_of(admin.get("/mail/")).replace("Mail: ", "")

    def test_one_that_failed_can_be_tried_again(
        self, away, ada, max, acting, work, later, signed_in_as, mail_server, settings
    ):
        settings.EMAIL_PORT, port = 1, settings.EMAIL_PORT
        self.fail_for_good(ada, max, acting, work, later)
        admin = signed_in_as(ada)
        [failed] = admin.get("/mail/").context["failed"]
        settings.EMAIL_PORT = port
        assert "in the queue again" in text_of(admin.post(f"/mail/{failed.id}/retry/", follow=True))
        work()
        assert [message["Subject"] for message in mail_server.received] == [
            "Vectice Admin: your role was changed"
        ]

    def test_one_that_failed_stays_so_while_mail_is_off(
        self, away, ada, max, acting, work, later, signed_in_as
    ):
        self.fail_for_good(ada, max, acting, work, later)
        admin = signed_in_as(ada)
        [failed] = admin.get("/mail/").context["failed"]
        Organization.objects.create(name="Northwind", mail_is_on=False)
        assert admin.post(f"/mail/{failed.id}/retry/").status_code == 409
        assert "None are sent" in text_of(admin.get("/mail/"))
        assert len(admin.get("/mail/").context["failed"]) == 1

    def fail_for_good(self, ada, max, acting, work, later):
        accounts.roles.actions.change_role(max.pk, actor=acting(ada), role="viewer")
        for _ in range(len(outbox.DELAYS) + 1):
            work()
            later(hours=7)


@pytest.mark.parametrize(("is_on", "sent"), [(True, 1), (False, 0)])
def test_what_waits_is_not_sent_once_mail_is_off(max, received, is_on, sent):
    PasswordWasChanged(how="changed").queue(max)
    Organization.objects.create(name="Northwind", mail_is_on=is_on)
    assert len(received()) == sent


def test_nothing_that_somebody_typed_is_a_link(new_user, received, acting):
    ada, max = new_user("ada.test/x Lovelace", "admin"), new_user("Max Planck")
    told = {"reason": "see https://why.test/z", "tell_reason": True}
    accounts.roles.actions.change_role(max.pk, actor=acting(ada), role="viewer", **told)
    [message] = received()
    for kind in ("plain", "html"):
        text = part(message, kind)
        typed = ("ada.test/x", "https://why.test/z")
        assert [words for words in typed if words in text] == [], kind
        assert [words for words in typed if words not in text.replace("\u200b", "")] == [], kind


class TestDatabaseAway:
    """For a moment, before the mail is sent or after that."""

    @pytest.fixture
    def delivered(self, max, work, later, monkeypatch, mail_server):
        """Return a function that has a mail delivered in two tries, of which the first breaks off there."""

        def away(*arguments):
            raise OperationalError("away")

        def in_two_tries(breaking):
            PasswordWasChanged(how="changed").queue(max)
            with monkeypatch.context() as broken:
                broken.setattr(PasswordWasChanged, breaking, away)
                work()
            in_vain = len(mail_server.received)
            later(minutes=2)
            work()
            return in_vain, len(mail_server.received)

        return in_two_tries

    def test_before_it_the_mail_waits(self, delivered):
        assert delivered("letter") == (0, 1)

    def test_after_it_the_mail_is_sent_again_and_noted(self, delivered):
        assert delivered("note_sent") == (1, 2)
        assert DBTaskResult.objects.get().status == "SUCCESSFUL"


class TestTryAgain:
    def test_is_for_admins(self, max, acting):
        from accounts.kernel.errors import NotPermitted

        with pytest.raises(NotPermitted):
            accounts.mail.actions.try_again(
                "9f8b0c7e-0000-4000-8000-000000000000", actor=acting(max)
            )

    def test_knows_no_other_task(self, ada, acting, max):
        accounts.passwords.actions.request_reset_link(max.email, actor=acting(ada).as_visitor())
        PasswordWasChanged(how="changed").queue(max)
        DBTaskResult.objects.update(status="FAILED")
        tried = {
            task.task_path: accounts.mail.actions.try_again(task.pk, actor=acting(ada))
            for task in DBTaskResult.objects.all()
        }
        assert tried == {
            accounts.passwords.actions.issue_reset_link.module_path: False,
            outbox.deliver.module_path: True,
        }


class TestInterruptedWorker:
    def test_tasks_are_given_back(self, max, later):

        accounts.passwords.actions.issue_reset_link.call(
            email=max.email, address=None, user_agent=""
        )
        DBTaskResult.objects.update(status="RUNNING", started_at=max.created_at)
        later(minutes=11)
        worker.give_back()
        assert DBTaskResult.objects.get().status == "READY"
