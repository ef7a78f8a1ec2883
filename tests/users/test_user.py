import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.kernel.text import email_address
from accounts.models import User

ONE_FORM = {
    " Bob@Example.COM ": "bob@example.com",
    "info@bücher.test": "info@xn--bcher-kva.test",
    "info@xn--bcher-kva.test": "info@xn--bcher-kva.test",
    "INFO@example.com": "info@example.com",
}
NO_ADDRESSES = [
    *("mıke@example.test", "jörg@example.test", "user@[127.0.0.1]", "a@b", "@example.com", "a@"),
    *(
        "a,b@example.com",
        "a@example.com,b@example.com",
        "a@example.com;b@example.com",
        "a@example.com\nbcc:b@example.com",
    ),
    *(
        "a\x00@example.com",
        '"\x0b"@example.com',
        '"a\x1cBcc: b@example.com"@example.com',
        '"\\\t"@example.com',
    ),
    *('"\x7f"@example.com', f"{'a' * 65}@example.com", f"a@{'b' * 250}.com", "ﷺ" * 200_000),
]


def is_address(typed):
    try:
        email_address.canonical(typed)
    except email_address.NotAnAddress:
        return False
    return True


class TestDatabaseRefuses:
    def refuses(self, **change):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.update(**change)

    def test_another_role(self, max):
        self.refuses(role="root")

    def test_an_address_in_capitals(self, max):
        self.refuses(email="MAX@example.com")

    def test_no_name(self, max):
        self.refuses(full_name="")

    def test_a_temporary_password_without_an_end(self, max):
        self.refuses(must_change_password=True)

    def test_an_end_without_a_temporary_password(self, max):
        self.refuses(temporary_password_expires_at=timezone.now())

    @pytest.mark.parametrize("email", ["max@example.com", "MAX@Example.COM", "ｍax@example.com"])
    def test_the_same_address_twice(self, max, new_user, email):
        with pytest.raises(IntegrityError), transaction.atomic():
            new_user("Another Max", email=email)


class TestCanonicalAddress:
    def test_has_one_form(self):
        assert {typed: email_address.canonical(typed) for typed in ONE_FORM} == ONE_FORM

    def test_is_refused_where_no_mail_can_be_sent(self):
        assert [typed[:80] for typed in NO_ADDRESSES if is_address(typed)] == []

    @pytest.mark.parametrize(
        ("typed", "victim"),
        [
            ("\u212aim@example.test", "kim@example.test"),
            ("\u017fam@example.test", "sam@example.test"),
        ],
    )
    def test_folds_compatible_letters_to_the_stored_form_only(self, typed, victim):
        # The mail goes to the stored address, so it does not matter which form was typed.
        assert email_address.find(typed) in (victim, "")


class TestInitials:
    @pytest.mark.parametrize(
        ("name", "initials"),
        [
            ("Ada Lovelace", "AL"),
            ("Cher", "C"),
            ("Élodie de la Marchand", "ÉM"),
            ("… !", "?"),
            ("李 小龙", "李小"),
        ],
    )
    def test_are_of_the_first_and_the_last_word(self, name, initials):
        assert User(full_name=name).initials == initials
