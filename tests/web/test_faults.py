"""What is wrong with a form is said at the field that it is about, and above them all in the summary."""

import re

import pytest

WRONG = "Enter an email address like name@example.com. Letters before the @ must be unaccented."


def at(page, field):
    """Return what the field with that id is described by, or "" where that is nothing."""
    [element] = re.findall(rf'<(?:input|textarea|select)[^>]*\bid="{field}"[^>]*>', page)
    described = re.search(r'aria-describedby="([^"]*)"', element)
    ids = described[1].split() if described else []
    parts = (re.search(rf'<(\w+)[^>]*\bid="{one}"[^>]*>(.*?)</\1>', page, re.DOTALL) for one in ids)
    return " ".join(" ".join(re.sub(r"<[^>]+>", " ", part[2]).split()) for part in parts)


class TestAddress:
    @pytest.fixture
    def forms(self, max):
        """For each form with an address: where it is, and what is typed beside the address."""
        return {
            "add": ("/users/add/", {"full_name": "Bob", "role": "viewer", "new_password": ""}),
            "edit": (
                f"{max.get_absolute_url()}edit/",
                {"full_name": "Max", "version": str(max.version)},
            ),
        }

    def answers(self, admin, forms, email):
        """Return for each form: the status, what stands at the address and at the name, and whether the summary leads there."""
        found = {}
        for name, (path, typed) in forms.items():
            response = admin.post(path, {**typed, "email": email})
            page = response.content.decode()
            found[name] = (
                response.status_code,
                at(page, "id_email"),
                at(page, "id_full_name"),
                'href="#id_email"' in page,
            )
        return found

    def test_that_is_none_is_said_at_the_address(self, admin, forms):
        found = self.answers(admin, forms, "nonsense")
        assert found == dict.fromkeys(forms, (422, WRONG, "", True))

    def test_that_is_taken_is_said_at_the_address(self, admin, ada, forms):
        found = self.answers(admin, forms, ada.email)
        taken = found["add"][1]
        assert "already" in taken
        assert found == dict.fromkeys(forms, (422, taken, "", True))


class TestChoice:
    def test_that_is_not_offered_is_not_quoted(self, admin, max):
        """As a script or a tampered page sends it."""
        forms = {
            "/users/add/": "role",
            f"{max.get_absolute_url()}role/": "role",
            "/invitations/new/": "role",
            "/organization/": "language",
            "/profile/": "theme",
        }
        found = {}
        for path, field in forms.items():
            response = admin.post(path, {field: "Call 555 0100"})
            page = response.content.decode()
            found[path] = (
                response.status_code,
                "Select a valid choice." in page,
                "Call 555 0100" in page,
            )
        assert found == dict.fromkeys(forms, (422, True, False))
