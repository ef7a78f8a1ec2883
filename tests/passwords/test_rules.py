import pytest

import accounts.passwords.rules
import accounts.passwords.temporary
from accounts.kernel.crypto import hashers
from accounts.kernel.errors import Invalid
from accounts.models import User

pytestmark = pytest.mark.django_db
AMARA = User(email="amara.okafor@bigcompany.example", full_name="Amara Okafor")


def codes(password, user=AMARA):
    try:
        accounts.passwords.rules.check(password, user)
    except Invalid as fault:
        return set(fault.codes)
    return set()


class TestAccepted:
    @pytest.mark.parametrize(
        "password",
        [
            "maple-orbit-canyon-thrift",
            "correct horse battery staple",
            "日本語のとても長いパスワードですよ",
            "🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧🐦🐤🦆",
            " outer spaces are kept ",
            "a&b+c%20d=e;f<g>h\"i'j\\k",
            "northwind and a lot of other words",
            "x9" + "long enough " * 30,
        ],
    )
    def test_whatever_is_long_and_strange(self, password):
        assert codes(password) == set()


class TestRefused:
    @pytest.mark.parametrize(
        "password",
        [
            "",
            "fourteen chars",
            "ﬁfteen chars.",
            "ﬁ" * 10,
            "\ufdfa",
            "\ufdfa\ufdfb\u3300",
            "e\u0301" * 14,
        ],
    )
    def test_short(self, password):
        assert "password_too_short" in codes(password)

    @pytest.mark.parametrize(
        "password",
        [
            "passwordpassword",
            "Password Password",
            "P@ssw0rdP@ssw0rd",
            "iloveyouiloveyou",
            "aaaaaaaaaaaaaaaa",
            "abcabcabcabcabcabc",
            "1234567890123456",
            "9876543210987654",
            "qwertyuiopasdfgh",
            "password1234567!",
            " " * 20,
            "-" * 20,
            "\ufdfa" * 16,
            "\ufdfa\ufdfb" * 8,
            "a" + "\u200b" * 20,
        ],
    )
    def test_common(self, password):
        assert "password_too_common" in codes(password)

    @pytest.mark.parametrize(
        "password",
        [
            "amara.okafor2026",
            "Okafor Amara 1984!",
            "AMARAOKAFORAMARA",
            "rofako arama 2026",
            "bigcompany-amara-1",
            "amara okafor \ufdfa 99",
        ],
    )
    def test_about_the_person(self, password):
        assert "password_too_similar" in codes(password)

    @pytest.mark.parametrize(
        "password",
        ["Vectice Admin 2026", "northwind2026!!!", "NorthwindAnalytics", "vecticevectice99"],
    )
    def test_about_us(self, password):
        assert "password_about_us" in codes(password)

    def test_longer_than_4096_bytes(self):
        assert codes("ab" * 2049) == {"password_too_long"}

    def test_with_a_nul(self):
        assert codes("a long password\x00 with a nul") == {"password_has_nul"}


class TestHash:
    @pytest.mark.usefixtures("full_cost")
    def test_is_argon2id_at_the_stated_cost(self):
        assert hashers.make("x").startswith("argon2$argon2id$v=19$m=47104,t=1,p=1$")

    @pytest.mark.parametrize(
        ("stored", "typed"),
        [
            ("caf\u00e9 au lait 123456", "cafe\u0301 au lait 123456"),
            ("ﬁve golden rings 55", "five golden rings 55"),
        ],
    )
    def test_takes_another_unicode_form_for_the_same(self, stored, typed):
        assert hashers.matches(typed, hashers.make(stored))

    @pytest.mark.parametrize(
        "typed", ["pass phrase 12345", " pass phrase 12345", "\u00a0pass phrase 12345 "]
    )
    def test_keeps_outer_spaces(self, typed):
        same = typed == "\u00a0pass phrase 12345 "
        assert hashers.matches(typed, hashers.make(" pass phrase 12345 ")) is same

    def test_compares_to_the_last_of_256_characters(self):
        stored = hashers.make("é" * 256)
        assert [hashers.matches("é" * 255 + last, stored) for last in "éx"] == [True, False]

    @pytest.mark.parametrize("nothing", ["", "!unusable"])
    def test_that_is_none_matches_nothing(self, nothing):
        assert not hashers.matches("", nothing)

    def test_of_a_megabyte_is_never_made(self, monkeypatch):
        def work(password):
            raise MemoryError

        monkeypatch.setattr(hashers, "normalized", work)
        assert not hashers.Argon2id().verify("x" * 1_000_000, "argon2$whatever")
        with pytest.raises(MemoryError):
            hashers.Argon2id().verify("x", "argon2$whatever")


class TestTemporaryPassword:
    def test_always_passes_the_rules(self):
        generated = [accounts.passwords.temporary.generate(AMARA) for _ in range(1000)]
        assert (len(set(generated)), [password for password in generated if codes(password)]) == (
            1000,
            [],
        )

    def test_has_at_least_50_bits(self):
        import math

        assert (
            accounts.passwords.temporary.WORDS
            * math.log2(len(set(accounts.passwords.temporary.word_list())))
            > 50
        )

    def test_grows_with_the_rule(self, settings):
        settings.PASSWORD_MIN_LENGTH = 60
        assert len(accounts.passwords.temporary.generate()) >= 60

    def test_is_not_made_of_the_persons_name(self, monkeypatch):
        """Somebody may be called as four words of the list are; then others are drawn."""
        own, other = ["uncle", "rural", "amber", "frosty"], ["maple", "orbit", "canyon", "thrift"]
        drawn = iter([*own, *other])
        monkeypatch.setattr(
            accounts.passwords.temporary.secrets, "choice", lambda words: next(drawn)
        )
        person = User(email="uncle@example.com", full_name="Uncle Rural Amber Frosty")
        assert accounts.passwords.temporary.generate(person) == "-".join(other)
