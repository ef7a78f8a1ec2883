"""Admins see each mail as it will look, with made-up facts."""

import pytest
from django.core import mail

from accounts.kernel.outbox import KINDS
from accounts.models import AuditEvent, Organization
from tests.conftest import text_of

MESSAGE = "/mail/preview/reset_link/?language=en"


class TestPreview:
    def test_shows_each_mail_in_each_language(self, admin):
        found = {
            (kind, language): admin.get(f"/mail/preview/{kind}/?language={language}").status_code
            for kind in KINDS
            for language in ("en", "fr")
        }
        assert set(found.values()) == {200}
        assert len(found) == 2 * len(KINDS)

    def test_says_subject_sender_and_where_replies_go(self, admin):
        Organization.objects.create(name="Northwind", support_address="help@northwind.example")
        text = text_of(admin.get("/mail/preview/?mail=role_was_changed&language=en"))
        assert "Subject Vectice Admin: your role was changed" in text
        assert "Replies go to help@northwind.example" in text
        assert "from Member to Viewer" in text

    def test_is_in_the_language_that_is_chosen(self, admin):
        message = admin.get("/mail/preview/reset_link/?language=fr")
        assert "Quelqu’un a demandé un lien" in text_of(message)

    def test_begins_in_the_organizations_language(self, admin):
        Organization.objects.create(name="Northwind", language="fr")
        assert "language=fr" in admin.get("/mail/preview/").context["frame"]

    @pytest.mark.parametrize("query", ["mail=nonsense", "language=xx", "mail=&language="])
    def test_of_what_is_no_mail_says_so(self, admin, query):
        assert admin.get(f"/mail/preview/?{query}").status_code == 422

    @pytest.mark.parametrize(
        "path", ["/mail/preview/nonsense/", "/mail/preview/reset_link/?language=xx"]
    )
    def test_of_no_message_is_not_found(self, admin, path):
        assert (admin.get(MESSAGE).status_code, admin.get(path).status_code) == (200, 404)

    def test_sends_and_changes_nothing(self, admin):
        before = AuditEvent.objects.count()
        admin.get("/mail/preview/")
        admin.get(MESSAGE)
        assert (mail.outbox, AuditEvent.objects.count()) == ([], before)

    def test_leads_nowhere(self, admin, client):
        page = admin.get(MESSAGE).content.decode()
        link = page.partition('href="http://admin.northwind.example')[2].partition('"')[0]
        assert link.startswith("/reset/")
        assert client.get(link).status_code == 410

    def test_lets_the_mail_bring_its_styles_and_nothing_else(self, admin):
        page, message = admin.get("/mail/preview/"), admin.get(MESSAGE)
        assert "frame-src 'self'" in page["Content-Security-Policy"]
        assert "unsafe-inline" not in page["Content-Security-Policy"]
        policy = message["Content-Security-Policy"].split("; ")
        assert sorted(policy) == [
            "default-src 'none'",
            "frame-ancestors 'self'",
            "sandbox",
            "style-src 'unsafe-inline'",
        ]
        assert (page["X-Frame-Options"], message["X-Frame-Options"]) == ("DENY", "SAMEORIGIN")
