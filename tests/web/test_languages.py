"""English and French, complete, and never on one page."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.core import mail

import accounts.passwords.actions
from accounts.models import User
from tests.conftest import text_of

CATALOGUE = Path("locale/fr/LC_MESSAGES/django.po")
PAGES = [
    *(
        "/users/",
        "/users/?q=zzz",
        "/users/add/",
        "/roles/",
        "/audit/",
        "/audit/?since=x",
        "/profile/",
        "/profile/sessions/",
    ),
    *(
        "/profile/ledger/",
        "/password/change/",
        "/mail/",
        "/invitations/",
        "/invitations/new/",
        "/invitations/cancel-all/",
    ),
    *("/users/views/?role=viewer&never_signed_in=yes", "/users/dormant/", "/users/bulk/"),
    *("/organization/", "/credentials/", "/imports/", "/nowhere/", "/sign-out/"),
    *(
        "{max}",
        "{max}reset-password/",
        "{max}role/?role=viewer",
        "{max}deactivate/",
        "{max}edit/",
        "{dora}delete/",
    ),
]
ENTRANCE = [
    "/sign-in/",
    "/forgot-password/",
    "/forgot-password/sent/",
    "/reset/x/y/",
    "/reset/done/",
    "/join/x/y/",
    "/unexpected/x/",
]


@pytest.fixture(scope="module")
def catalogue():
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="fr")


@pytest.fixture(scope="module")
def english(catalogue):
    """The sentences of the catalogue that French says otherwise."""
    plain = [message for message in catalogue if isinstance(message.id, str) and " " in message.id]
    return {
        message.id for message in plain if "%" not in message.id and message.id != message.string
    }


def english_in(text, english):
    there = [sentence for sentence in english if sentence in text]
    return sorted(
        sentence for sentence in there if re.search(rf"(?<!\w){re.escape(sentence)}(?!\w)", text)
    )


def english_on(pages, english):
    """Return the English sentences of each page (a response by its path) that has any."""
    found = {path: english_in(text_of(page), english) for path, page in pages.items()}
    return {path: sentences for path, sentences in found.items() if sentences}


class TestCatalogue:
    def test_is_complete(self, catalogue):
        missing = [
            m.id
            for m in catalogue
            if m.id and (m.fuzzy or not all(m.string if m.pluralizable else [m.string]))
        ]
        assert missing == []
        assert len(catalogue) > 500

    def test_keeps_every_placeholder(self, catalogue):
        assert [error for message in catalogue for error in message.check(catalogue)] == []
        assert list(
            Message("%(number)d people", "%(nombre)d personnes", flags={"python-format"}).check(
                catalogue
            )
        )


class TestFrench:
    def test_is_all_there_is_on_a_page(self, ada, max, dora, signed_in_as, english):
        ada.language = "fr"
        ada.save()
        people = {"max": max.get_absolute_url(), "dora": dora.get_absolute_url()}
        browser = signed_in_as(ada)
        pages = {path: browser.get(path.format(**people)) for path in PAGES}
        assert [
            path for path, page in pages.items() if 'lang="fr"' not in page.content.decode()
        ] == []
        assert english_on(pages, english) == {}

    def test_is_what_a_french_browser_gets(self, client, db, english):
        language = {"accept-language": "fr-CA,fr;q=0.9,en;q=0.5"}
        pages = {path: client.get(path, headers=language) for path in ENTRANCE}
        assert [
            path for path, page in pages.items() if 'lang="fr"' not in page.content.decode()
        ] == []
        assert english_on(pages, english) == {}
        assert english_on({"/sign-in/": client.get("/sign-in/")}, english) != {}

    def test_is_the_language_of_a_persons_mails(self, max, work, english):
        max.language = "fr"
        max.save()
        accounts.passwords.actions.issue_reset_link.call(
            email=max.email, address=None, user_agent=""
        )
        work()
        [message] = mail.outbox
        assert "Bonjour Max Planck," in message.body
        assert english_in(message.body, english) == []

    def test_is_kept_for_who_chose_english_in_a_french_browser(self, max, signed_in_as):
        max.language = "en"
        max.save()
        assert (
            'lang="en"'
            in signed_in_as(max)
            .get("/profile/", headers={"accept-language": "fr"})
            .content.decode()
        )


class TestProfile:
    def test_sets_language_zone_and_theme(self, max, signed_in_as):
        browser = signed_in_as(max)
        form = {
            "full_name": "Max Planck",
            "language": "fr",
            "time_zone": "Europe/Paris",
            "theme": "contrast",
        }
        page = browser.post("/profile/", form, follow=True).content.decode()
        assert "Votre profil a été enregistré." in page
        assert 'data-theme="contrast"' in page

    def test_shows_times_in_the_chosen_zone(self, max, signed_in_as):
        max.time_zone = "Asia/Tokyo"
        max.save()
        assert "JST" in signed_in_as(max).get("/profile/").content.decode()


def test_dates_are_written_as_each_language_writes_them(admin, ada):
    User.objects.filter(pk=ada.pk).update(created_at=datetime(2026, 2, 3, 9, 5, tzinfo=UTC))
    page = ada.get_absolute_url()
    for language, day, exact in (
        ("en", "3 Feb 2026", "Tue 3 Feb 2026, 09:05 UTC"),
        ("fr", "3 fév. 2026", "mardi 3 février 2026 à 09:05 UTC"),
    ):
        html = admin.get(page, headers={"accept-language": language}).content.decode()
        assert (f">{day}</time>" in html, f'title="{exact}"' in html) == (True, True), language
