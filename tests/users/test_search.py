"""The same people are found on every database: each is compared with the rule itself, applied in Python."""

import random

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

import accounts.users.queries
from accounts.kernel.text import names
from accounts.models import User
from accounts.users.filters import Filters

LETTERS = "aabcdeeiknorstuzäöüßéèêñçøłđıİŞğåæœþжлйσςώ한李明–'’.-_%*\"\\ "
HOW_MANY = 10_000


def people():
    """Return 10,000 people with odd names, the same ones every time."""
    dice = random.Random(7)
    made = []
    for number in range(HOW_MANY):
        name = "".join(dice.choice(LETTERS) for _ in range(dice.randint(2, 14))).strip() or "x"
        user = User(
            email=f"{dice.choice('abcxyz')}.{number}@{dice.choice(('one', 'two'))}.example",
            full_name=name,
        )
        user.set_keys()
        made.append(user)
    return made


def searches():
    dice = random.Random(11)
    fragments = [
        "".join(dice.choice(LETTERS) for _ in range(dice.randint(1, 4))) for _ in range(120)
    ]
    pairs = [f"{dice.choice(fragments)} {dice.choice(fragments)}" for _ in range(30)]
    return [
        *fragments,
        *pairs,
        "9999@",
        ".1234@one",
        "99 x. two",
        "@one.example",
        "example",
        "%",
        "_",
        '"',
        "\\",
        "'",
    ]


def found_by_rule(made, text):
    words = names.search_words(text)
    return {
        user.email
        for user in made
        if all(any(word in user.search_key for word in spellings) for spellings in words)
    }


@pytest.mark.django_db
def test_finds_who_the_rule_finds_among_10_000_odd_names():
    made = people()
    User.objects.bulk_create(made)
    for text in searches():
        found = set(accounts.users.queries.found_by(text).values_list("email", flat=True))
        assert found == found_by_rule(made, text), text


@pytest.mark.django_db
@pytest.mark.parametrize("sort", ["name", "-email", "last_sign_in", "-created"])
def test_pages_hold_who_the_rule_finds(ada, acting, sort):
    made = people()
    User.objects.bulk_create(made)
    for text in ("99", "9999@", "ß", "b. two", "zzzz"):
        listed, cursor = [], ""
        while True:
            part = accounts.users.queries.page(
                Filters(q=text, sort=sort), cursor, actor=acting(ada), size=200
            )
            listed += [user.email for user in part.rows]
            if not (cursor := part.next):
                break
        expected = found_by_rule([*made, ada], text)
        assert (len(listed), set(listed)) == (len(expected), expected), text


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Élodie Nyström", "elodie"),
        ("Élodie Nyström", "NYSTROM elo"),
        ("Müller", "muller"),
        ("Müller", "mueller"),
        ("Mueller", "müller"),
        ("Åse Sørensen", "aase soerensen"),
        ("Åse Sørensen", "ase sorensen"),
        ("Weiß", "weiss"),
        ("İbrahim Işık", "ibrahim isik"),
        ("IBRAHIM ISIK", "ışık"),
        ("Łukasz Wałęsa", "lukasz walesa"),
        ("李明", "明"),
        ("Σοφία", "σοφια"),
        ("O'Brien", "o'b"),
        ("ﬁne", "fine"),
    ],
)
def test_finds_names_as_people_type_them(new_user, ada, acting, name, typed):
    new_user(name, email="person@example.com")
    assert [
        user.full_name
        for user in accounts.users.queries.page(Filters(q=typed), actor=acting(ada)).rows
    ] == [name]


@pytest.mark.parametrize(
    "typed", ["%", "_", "*", '"a"', "a OR b", "NEAR(a b)", "zz%", "\\", "el-odie", "'' OR 1=1"]
)
def test_takes_nothing_for_a_command(new_user, ada, acting, typed):
    new_user("Élodie Nyström", email="person@example.com")
    found = [
        len(accounts.users.queries.page(Filters(q=text), actor=acting(ada)).rows)
        for text in (typed, "elodie")
    ]
    assert found == [0, 1]


def test_follows_a_name_that_changes(new_user, ada, acting):
    user = new_user("Élodie Nyström", email="person@example.com")
    user.full_name = "Zoë Quispe"
    user.save()
    assert [
        accounts.users.queries.found_by(text).count() for text in ("nystrom", "ny", "quispe", "zo")
    ] == [0, 0, 1, 1]


def test_forgets_who_is_gone(new_user):
    user = new_user("Élodie Nyström", email="person@example.com")
    assert accounts.users.queries.found_by("nystrom").count() == 1
    user.delete()
    assert accounts.users.queries.found_by("nystrom").count() == 0


@pytest.mark.django_db
def test_index_is_kept_by_the_database_itself():
    """A migration that makes the table anew on SQLite would lose the triggers; the search would then miss people."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'people_search_%'"
            )
            assert cursor.fetchone() == (5,)
    else:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_indexes WHERE indexname IN ('people_by_trigrams', 'people_by_pairs')"
            )
            assert cursor.fetchone() == (2,)


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text):
    assert names.normalize(names.normalize(text)) == names.normalize(text)


@given(st.text(max_size=30))
def test_everybody_is_found_by_their_whole_name(text):
    key = names.search_key(text, "a@example.com")
    assert all(any(word in key for word in spellings) for spellings in names.search_words(text))
