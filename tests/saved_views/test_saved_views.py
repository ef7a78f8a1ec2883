from datetime import UTC, datetime

import pytest
from django.utils import timezone

import accounts.saved_views.queries
from accounts.models import SavedView, User
from tests.conftest import text_of

# Who is shown of those of `people`.
SHOWN = {
    "must_change=yes": {"Nils"},
    "temporary_password=outstanding": {"Nils"},
    "temporary_password=expired": set(),
    "never_signed_in=yes&role=admin": {"Ada"},
    "signed_in_after=2020-01-01": {"Old"},
    "signed_in_before=2020-01-01": set(),
    "signed_in_before=2026-03-01": set(),
    "signed_in_before=2026-03-02": {"Old"},
    "signed_in_after=2026-03-01": {"Old"},
    "signed_in_after=2026-03-02": set(),
    "invited=yes": {"Vera"},
    "domain=elsewhere.example": {"Old"},
    "domain=%40ELSEWHERE.example": {"Old"},
    "domain=example.com&status=deactivated": {"Dora"},
    "invited=yes&q=rubin&role=viewer&status=active": {"Vera"},
    "signed_in_after=nonsense&invited=maybe&must_change=1&role=admin": {"Ada"},
    "signed_in_after=0001-01-01&role=admin": {"Ada"},
}


@pytest.fixture
def grace(new_user):
    return new_user("Grace Hopper", "admin")


class TestColumns:
    def test_are_the_usual_ones_until_somebody_chooses(self, admin):
        labels = [column.label for column in admin.get("/users/").context["columns"]]
        assert labels == ["Role", "Status", "Last sign-in"]

    def test_chosen_are_shown_from_then_on(self, admin):
        admin.post("/users/columns/", {"column": ["invited_by", "created", "nonsense"]})
        assert [column.key for column in admin.get("/users/").context["columns"]] == [
            "created",
            "invited_by",
        ]

    def test_may_be_none(self, admin):
        before = admin.get("/users/").context["columns"]
        admin.post("/users/columns/", {})
        assert (len(before), admin.get("/users/").context["columns"]) == (3, [])

    def test_are_each_admins_own(self, admin, grace, signed_in_as):
        admin.post("/users/columns/", {"column": ["created"]})
        assert len(signed_in_as(grace).get("/users/").context["columns"]) == 3

    def test_choosing_leads_back_to_the_same_list(self, admin):
        response = admin.post("/users/columns/", {"next": "/users/?q=max&sort=email"})
        assert response["Location"] == "/users/?q=max&sort=email"

    def test_choosing_leads_nowhere_else(self, admin):
        assert admin.post("/users/columns/", {"next": "//evil.test/"})["Location"] == "/users/"

    def test_show_who_invited_and_when_a_temporary_password_ends(self, admin, ada, nils):
        User.objects.filter(pk=nils.pk).update(invited_by=ada)
        admin.post(
            "/users/columns/",
            {"column": ["invited_by", "temporary_password", "must_change", "created"]},
        )
        text = text_of(admin.get("/users/?q=nils"))
        assert "Nils Bohr nils@example.com Yes just now Ada Lovelace" in text


class TestViews:
    def test_of_ones_own_come_before_shared_ones(self, admin, grace, signed_in_as, monkeypatch):
        monkeypatch.setattr(accounts.saved_views.queries, "MOST_SHOWN", 3)
        for number in range(4):
            self.save(signed_in_as(grace), name=f"a {number}", is_shared="on")
        self.save(admin, name="zeta")
        assert "zeta Yours alone" in text_of(admin.get("/users/views/"))

    def save(self, client, query="role=viewer", **typed):
        return client.post(f"/users/views/?{query}", {"name": "Viewers", **typed})

    def test_are_saved_with_the_filters_of_the_list(self, admin):
        assert self.save(admin, "role=viewer&sort=-created&nonsense=1")["Location"].startswith(
            "/users/?"
        )
        assert SavedView.objects.get().query == "role=viewer&sort=-created"

    def test_are_offered_on_the_list(self, admin):
        self.save(admin)
        assert '<a href="/users/?role=viewer">Viewers</a>' in admin.get("/users/").content.decode()

    def test_of_one_admin_are_not_seen_by_another(self, admin, grace, signed_in_as):
        self.save(admin)
        seen = [
            "Viewers" in text_of(browser.get("/users/views/"))
            for browser in (admin, signed_in_as(grace))
        ]
        assert seen == [True, False]

    def test_shared_are_seen_by_every_admin_with_their_owner(self, admin, grace, signed_in_as):
        self.save(admin, is_shared="on")
        assert "Viewers Shared by Ada Lovelace" in text_of(signed_in_as(grace).get("/users/views/"))

    def test_of_the_same_name_are_refused(self, admin):
        self.save(admin)
        response = self.save(admin)
        assert (response.status_code, "You have a view of this name." in text_of(response)) == (
            422,
            True,
        )

    def test_without_a_name_are_refused(self, admin):
        assert self.save(admin, name="  ").status_code == 422

    def test_are_deleted_by_their_owner(self, admin):
        self.save(admin)
        admin.post(f"/users/views/{SavedView.objects.get().public_id}/delete/")
        assert not SavedView.objects.exists()

    def test_of_another_admin_cannot_be_deleted(self, admin, grace, signed_in_as):
        self.save(admin, is_shared="on")
        response = signed_in_as(grace).post(
            f"/users/views/{SavedView.objects.get().public_id}/delete/"
        )
        assert (response.status_code, SavedView.objects.count()) == (404, 1)

    def test_left_behind_can_be_deleted_by_every_admin(self, admin, ada, grace, signed_in_as):
        self.save(admin, is_shared="on")
        User.objects.filter(pk=ada.pk).update(is_active=False)
        signed_in_as(grace).post(f"/users/views/{SavedView.objects.get().public_id}/delete/")
        assert not SavedView.objects.exists()


class TestChips:
    def test_take_one_filter_away_each(self, admin, max):
        chips = admin.get("/users/?q=max&role=member&domain=example.com").context["chips"]
        assert [(chip.label, chip.href) for chip in chips] == [
            ("“max”", "?role=member&domain=example.com"),
            ("Member", "?q=max&domain=example.com"),
            ("@example.com", "?q=max&role=member"),
        ]


class TestFilters:
    @pytest.fixture
    def people(self, ada, max, vera, nils, dora, new_user):
        new_user(
            "Old Timer",
            email="old@elsewhere.example",
            last_sign_in_at=datetime(2026, 3, 1, tzinfo=UTC),
        )
        User.objects.filter(pk=vera.pk).update(invited_by=ada)

    def test_narrow_the_list(self, admin, people):
        lists = {query: admin.get(f"/users/?{query}").context["list"]["people"] for query in SHOWN}
        assert {
            query: {person.full_name.split()[0] for person in listed}
            for query, listed in lists.items()
        } == SHOWN

    def test_by_a_domain_that_is_none_match_nobody_and_say_so(self, admin, people):
        response = admin.get("/users/?domain=my_company..com")
        assert response.context["list"]["people"] == []
        assert [chip.label for chip in response.context["chips"]] == ["@my_company..com"]
        assert 'value="my_company..com"' in response.content.decode()

    def test_of_days_begin_where_the_reader_is(self, admin, ada, max):
        moment = timezone.now().replace(
            year=2026, month=5, day=1, hour=23, minute=30
        )  # the 2nd in Paris
        User.objects.filter(pk=max.pk).update(last_sign_in_at=moment)
        User.objects.filter(pk=ada.pk).update(time_zone="Europe/Paris")
        assert len(admin.get("/users/?signed_in_after=2026-05-02").context["list"]["people"]) == 1
