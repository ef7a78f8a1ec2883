import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import accounts.users.queries
from accounts.kernel import paging
from accounts.kernel.cursors import NotACursor
from accounts.kernel.errors import NoSuchUser, NotPermitted
from accounts.kernel.policy import Permission
from accounts.management import demo_data
from accounts.models import User
from accounts.users.filters import SORTS, Filters


@pytest.fixture
def crowd(db):
    demo_data.add(range(1, 120))


@pytest.fixture
def few_at_once(monkeypatch):
    monkeypatch.setattr(paging, "AT_ONCE", 50)


def walk(actor, sort, **filters):
    """Return the ids of every page from the first to the last, and back again."""
    forth, cursor = [], ""
    while True:
        part = accounts.users.queries.page(Filters(sort=sort, **filters), cursor, actor=actor)
        forth.append([user.pk for user in part.rows])
        if not part.next:
            break
        cursor = part.next
    back = [forth[-1]]
    while part.previous:
        part = accounts.users.queries.page(
            Filters(sort=sort, **filters), part.previous, actor=actor
        )
        back.insert(0, [user.pk for user in part.rows])
    return forth, back


class TestPage:
    @pytest.mark.parametrize("sort", SORTS)
    def test_shows_everybody_once_forth_and_back(self, crowd, ada, acting, sort):
        forth, back = walk(acting(ada), sort)
        everybody = [pk for page in forth for pk in page]
        assert (len(everybody), len(set(everybody)), forth) == (120, 120, back)

    @pytest.mark.parametrize("sort", [sort for sort in SORTS if sort[0] != "-"])
    def test_is_the_other_way_round_when_descending(self, crowd, ada, acting, sort):
        up, down = walk(acting(ada), sort)[0], walk(acting(ada), f"-{sort}")[0]
        assert [pk for page in up for pk in page] == [pk for page in down for pk in page][::-1]

    @pytest.mark.parametrize("rows", [5, 40])  # fewer than a page, and some more
    def test_shows_whoever_matches_once_where_they_are_not_near(
        self, crowd, ada, acting, monkeypatch, rows
    ):
        monkeypatch.setattr(paging, "WALK", rows)
        wrong = []
        for narrowed in ({"role": "viewer"}, {"q": "an"}, {"status": "deactivated", "q": "e"}):
            matching = set(
                accounts.users.queries.matching(Filters(**narrowed)).values_list("pk", flat=True)
            )
            assert matching
            for sort in SORTS:
                forth, back = walk(acting(ada), sort, **narrowed)
                shown = [pk for page in forth for pk in page]
                if (sorted(shown), forth) != (sorted(matching), back):
                    wrong.append((narrowed, sort))
        assert not wrong

    def test_jumps_to_the_last_and_the_first(self, crowd, ada, acting):
        first = accounts.users.queries.page(Filters(), actor=acting(ada))
        last = accounts.users.queries.page(Filters(), first.last, actor=acting(ada))
        assert (
            last.next,
            accounts.users.queries.page(Filters(), last.first, actor=acting(ada)).rows,
        ) == ("", first.rows)

    def test_stays_in_place_when_somebody_is_added_before(self, crowd, ada, new_user, acting):
        part = accounts.users.queries.page(Filters(), actor=acting(ada))
        expected = accounts.users.queries.page(Filters(), part.next, actor=acting(ada)).rows
        new_user("Aaron Aardvark")
        assert accounts.users.queries.page(Filters(), part.next, actor=acting(ada)).rows == expected

    def test_puts_who_never_signed_in_before_all_others(self, ada, max, acting):
        max.last_sign_in_at = timezone.now()
        max.save()
        assert accounts.users.queries.page(
            Filters(sort="last_sign_in"), actor=acting(ada)
        ).rows == [ada, max]

    @pytest.mark.parametrize(
        "cursor", ["x", "W10", "WyJhZnRlciJd", "bnVsbA", "é", "a" * 5000, "WyJhZnRlciIsIDEsIDJd"]
    )
    def test_refuses_a_cursor_that_is_none(self, ada, acting, cursor):
        with pytest.raises(NotACursor):
            accounts.users.queries.page(Filters(), cursor, actor=acting(ada))

    def test_reads_who_invited_them_in_one_go(self, crowd, ada, acting):
        User.objects.exclude(pk=ada.pk).update(invited_by=ada)
        part = accounts.users.queries.page(Filters(), actor=acting(ada), with_inviters=True)
        with CaptureQueriesContext(connection) as queries:
            names = {user.invited_by.full_name for user in part.rows if user.invited_by_id}
        assert (names, len(queries)) == ({ada.full_name}, 0)

    def test_is_for_admins(self, max, acting):
        with pytest.raises(NotPermitted):
            accounts.users.queries.page(Filters(), actor=acting(max))


class TestSearch:
    @pytest.fixture
    def names(self, new_user, ada, acting):
        for number, name in enumerate(
            ("Élodie Nyström", "a_b", "axb", "50%off", "500ff", r"c\d", "O'Brien", "Straße")
        ):
            new_user(name, email=f"person{number}@example.com")

        def found(q):
            return {
                user.full_name
                for user in accounts.users.queries.page(Filters(q=q), actor=acting(ada)).rows
            }

        return found

    @pytest.mark.parametrize(
        ("q", "name"),
        [
            ("elodie", "Élodie Nyström"),
            ("NYSTROM", "Élodie Nyström"),
            ("nyst elo", "Élodie Nyström"),
            ("person0", "Élodie Nyström"),
            ("a_b", "a_b"),
            ("50%", "50%off"),
            ("c\\d", r"c\d"),
            ("o'b", "O'Brien"),
            ("strasse", "Straße"),
        ],
    )
    def test_finds_exactly(self, names, q, name):
        assert names(q) == {name}

    @pytest.mark.parametrize("q", ["*", '"', "\x00", "zzz", "elodie zzz"])
    def test_takes_no_character_for_a_wildcard(self, names, q):
        assert (names(q), names("elodie")) == (set(), {"Élodie Nyström"})


class TestGet:
    @pytest.mark.parametrize("public_id", ["", "x", "0", "9f8b0c7e-0000-4000-8000-000000000000"])
    def test_knows_nobody_by_a_made_up_id(self, ada, acting, public_id):
        with pytest.raises(NoSuchUser):
            accounts.users.queries.get(public_id, actor=acting(ada), for_=Permission.SEE_USERS)

    def test_does_not_tell_members_whether_somebody_exists(self, max, acting):
        with pytest.raises(NotPermitted):
            accounts.users.queries.get(
                "9f8b0c7e-0000-4000-8000-000000000000", actor=acting(max), for_=Permission.SEE_USERS
            )


class TestQueryCount:
    PAGES = (
        *(
            "/users/",
            "/users/?q=a&status=active&role=member&sort=-last_sign_in",
            "/audit/",
            "/audit/?person=a",
            "/roles/",
        ),
        *(
            "/profile/",
            "/profile/sessions/",
            "/mail/",
            "{max}",
            "{max}reset-password/",
            "{max}deactivate/",
            "{max}role/",
        ),
    )

    def count(self, client, path):
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    def test_is_the_same_for_10_and_for_10_000(self, ada, max, signed_in_as):
        client, pages = (
            signed_in_as(ada),
            [path.format(max=max.get_absolute_url()) for path in self.PAGES],
        )
        demo_data.add(range(1, 60))
        few = {path: self.count(client, path) for path in pages}
        demo_data.add(range(60, 10_000))
        assert {path: self.count(client, path) for path in pages} == few

    def test_of_the_list_is_small(self, ada, signed_in_as, crowd):
        # the session, the person, the organization, the walk's horizon, the page, what the worker counted, the
        # counts, the matches, the saved views, the failed mails, and three counts of outstanding credentials
        assert self.count(signed_in_as(ada), "/users/?q=a") <= 13


class TestEvery:
    @pytest.mark.parametrize("sort", SORTS)
    def test_yields_everybody_once_in_the_order_of_the_list(
        self, crowd, ada, acting, sort, few_at_once
    ):
        count, found = accounts.users.queries.iterate(Filters(sort=sort), actor=acting(ada))
        listed = [pk for page in walk(acting(ada), sort)[0] for pk in page]
        assert (count, [user.pk for user in found]) == (120, listed)

    def test_is_asked_for_a_few_at_a_time_with_nothing_kept_open(
        self, crowd, ada, acting, few_at_once
    ):
        with CaptureQueriesContext(connection) as queries:
            list(accounts.users.queries.iterate(Filters(), actor=acting(ada))[1])
        assert (len(queries), any("CURSOR" in query["sql"] for query in queries)) == (
            1 + 120 // 50 + 1,
            False,
        )

    def test_yields_whoever_changes_meanwhile_once(self, crowd, ada, max, acting, few_at_once):
        _count, found = accounts.users.queries.iterate(Filters(q="a"), actor=acting(ada))
        first = next(found)
        User.objects.filter(pk=max.pk).update(full_name="Zoe", name_key="zoe", search_key="zoe")
        User.objects.filter(pk=first.pk).update(
            full_name="Zora", name_key="zora", search_key="zora"
        )
        rest = [user.pk for user in found]
        assert (rest.count(max.pk), rest.count(first.pk)) == (1, 0)

    def test_leaves_out_who_is_deleted_or_added_meanwhile(
        self, crowd, ada, max, new_user, acting, few_at_once
    ):
        count, found = accounts.users.queries.iterate(Filters(), actor=acting(ada))
        User.objects.filter(pk=max.pk).update(is_active=False, deleted_at=timezone.now())
        added = new_user("Zz Top")
        seen = {user.pk for user in found}
        assert (len(seen), max.pk in seen, added.pk in seen) == (count - 1, False, False)
