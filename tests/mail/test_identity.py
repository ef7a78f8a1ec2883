"""As whom the product speaks to a mail server, and where answers to its mails go."""

import pytest

import accounts.invitations.actions
import accounts.passwords.actions
import accounts.roles.actions
from accounts.models import Organization
from vectice_admin.env.addresses import mail_host
from vectice_admin.operations.doctor import background


@pytest.fixture
def send(max, work):
    """Return a function that has a mail sent to max."""

    def act():
        accounts.passwords.actions.issue_reset_link.call(
            email=max.email, address=None, user_agent=""
        )
        work()

    return act


class TestGreeting:
    def test_names_the_host_of_public_url(self, send, mail_server):
        send()
        assert mail_server.greeted == ["admin.northwind.example"]

    def test_is_taken_by_a_server_that_wants_a_whole_name(self, send, mail_server):
        mail_server.wants_dot = True
        send()
        assert len(mail_server.received) == 1

    def test_is_refused_by_that_server_where_the_operator_names_half_of_one(
        self, send, mail_server, settings
    ):
        mail_server.wants_dot, settings.MAIL_HOST = True, "admin"
        send()
        assert (mail_server.received, "admin" in mail_server.greeted) == ([], True)

    def test_of_the_doctor_is_the_same(self, mail_server):
        mail_server.wants_dot = True
        assert background.mail_server().level == background.OK
        assert background.delivered("max@example.com").level == background.OK
        assert set(mail_server.greeted) == {"admin.northwind.example"}

    @pytest.mark.parametrize(
        ("host", "greeted"),
        [
            ("admin.example.com", "admin.example.com"),
            ("Mail.Example.COM", "mail.example.com"),
            ("127.0.0.1", "[127.0.0.1]"),
            ("[2001:db8::1]", "[IPv6:2001:db8::1]"),
        ],
    )
    def test_is_written_as_mail_servers_read_it(self, host, greeted):
        assert mail_host("MAIL_HOST", host) == greeted

    @pytest.mark.parametrize(
        "host", ["", "a b.example", "https://mail.example.com", "mail.example.com:25", "-x.example"]
    )
    def test_is_checked_at_the_start(self, host):
        with pytest.raises(SystemExit, match=r"^MAIL_HOST: "):
            mail_host("MAIL_HOST", host)


class TestMessageId:
    def test_ends_in_the_host_of_public_url(self, send, mail_server):
        send()
        assert mail_server.received[0]["Message-ID"].endswith("@admin.northwind.example>")

    def test_is_another_for_each_mail(self, send, mail_server):
        send(), send()
        assert len({message["Message-ID"] for message in mail_server.received}) == 2


class TestAnswers:
    def test_go_to_the_support_address(self, send, mail_server):
        Organization.objects.create(name="Northwind", support_address="help@example.com")
        send()
        assert mail_server.received[0]["Reply-To"] == "help@example.com"

    def test_of_every_kind_of_mail_do(self, ada, max, acting, work, mail_server):
        Organization.objects.create(name="Northwind", support_address="help@example.com")
        accounts.roles.actions.change_role(max.pk, actor=acting(ada), role="viewer")
        accounts.invitations.actions.invite("new@example.com", actor=acting(ada), role="viewer")
        work()
        assert [message["Reply-To"] for message in mail_server.received] == ["help@example.com"] * 2

    def test_go_to_the_sender_where_there_is_no_such_address(self, send, mail_server):
        send()
        assert mail_server.received[0]["Reply-To"] is None
