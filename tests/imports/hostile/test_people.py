"""Tables as other programs write them: their headers, roles and ways to say yes, in English and in French."""

import pytest
from django.core import mail

from accounts.models import ImportJob, User
from tests.conftest import text_of
from tests.imports.hostile.workbooks import workbook


def fault_of(rows, data):
    [(*_values, fault)] = rows(data)
    return fault


class TestHeaders:
    @pytest.mark.parametrize(
        "header",
        [
            "First Name,Last Name,Email",
            "First Name [Required],Last Name [Required],Email Address [Required]",
            "GIVEN_NAME,family-name,E-mail Address",
            "firstName,lastName,emailAddress",
            "Prénom,Nom,Courriel",
            "PRENOM,NOM,E-mail",
            "Prénom,Nom de famille,Adresse électronique",
            "first name,surname,E-Mail-Adresse",
            "First\u00a0name,Last\u200bname,\u2060e\u00admail",
        ],
    )
    def test_of_two_names_are_joined(self, rows, header):
        assert [row[:2] for row in rows(f"{header}\nÉmile,Durand,emile@x.io\n")] == [
            ("Émile Durand", "emile@x.io")
        ]

    @pytest.mark.parametrize(
        "header",
        [
            *(
                "Nom,Courriel",
                "name,EmailAddress",
                "Display name,Email address",
                "displayName,userPrincipalName",
            ),
            *(
                "Full_Name,email_address",
                "NOM COMPLET,Adresse e-mail",
                "name (as printed),Mail:",
                "Name,E‑Mail",
            ),
            *("Nom,Adresse de courriel", "nom affiché,E_MAIL *", "Name,Primary Email"),
        ],
    )
    def test_of_one_name_are_the_whole_name(self, rows, header):
        assert [row[:2] for row in rows(f"{header}\nÉmile Durand,emile@x.io\n")] == [
            ("Émile Durand", "emile@x.io")
        ]

    def test_of_two_addresses_give_the_likelier_one_and_name_the_other(self, admin, rows):
        assert (
            rows("displayName,userPrincipalName,mail\nÉmile,upn@x.io,mail@x.io\n")[0][1]
            == "mail@x.io"
        )
        page = text_of(admin.get(f"/imports/{ImportJob.objects.get().public_id}/"))
        assert "Ignored columns: userPrincipalName." in page

    @pytest.mark.parametrize(
        "header", ["email,E-Mail,name", "email,role,Role", "first name,First-Name,last name,email"]
    )
    def test_that_stand_twice_are_refused(self, upload, header):
        response = upload(f"{header}\na@x.io,b@x.io,viewer,x@x.io\n")
        assert (response.status_code, "Two columns are called" in text_of(response)) == (422, True)

    def test_that_are_empty_are_said_where_there_is_something_below(self, admin, rows):
        rows("email,,role,\na@x.io,one,viewer,\nb@x.io,two,viewer,\n")
        page = text_of(admin.get(f"/imports/{ImportJob.objects.get().public_id}/"))
        assert "Columns without a name were not read: 2." in page


class TestAddresses:
    @pytest.mark.parametrize(
        ("cell", "found"),
        [
            *(
                ("mailto:A@x.io", ("", "a@x.io")),
                ("<a@x.io>", ("", "a@x.io")),
                ("\u200ba@\u00adx.io\u2060", ("", "a@x.io")),
            ),
            *(("MAILTO:a@x.io?subject=x", ("", "a@x.io")), ("\u00a0a@x.io\u00a0", ("", "a@x.io"))),
            ("Al One <a@x.io>", ("Al One", "a@x.io")),
            ("“Al One” <a@x.io>", ("Al One", "a@x.io")),
        ],
    )
    def test_are_found_as_programs_write_them(self, rows, cell, found):
        assert rows(f"email\n{cell}\n") == [(*found, "member", True, "")]

    @pytest.mark.parametrize(
        "cell", ["a@x.io b@x.io", "a@x.io; b@x.io", "a at x.io", "#N/A", "#REF!", "#NOM ?"]
    )
    def test_that_are_none_leave_the_row_out(self, rows, cell):
        assert fault_of(rows, f"email\n{cell}\n") in ("address", "error_cell")

    def test_are_found_in_forms_alike(self, admin):
        for number, typed in enumerate(
            ("mailto:p0@example.com", "<P1@example.com>", "p2\u200b@example.com\u2060")
        ):
            form = {"email": typed, "full_name": "Al", "role": "member", "new_password": ""}
            assert admin.post("/users/add/", form).status_code == 200
            assert User.objects.filter(email=f"p{number}@example.com").exists(), typed


class TestRoles:
    @pytest.mark.parametrize(
        ("role", "words"),
        [
            ("admin", ["Admin", "ADMINISTRATOR", "administrateur", "Administratrice"]),
            ("member", ["", " ", "Membre", "members", "\u200bmember"]),
            ("viewer", ["Viewer", "Lecteur", "LECTRICE", "view-er"]),
        ],
    )
    def test_are_known_in_both_languages(self, rows, role, words):
        found = rows(
            "email,role\n"
            + "".join(f"p{number}@x.io,{word}\n" for number, word in enumerate(words))
        )
        assert [(row[2], row[4]) for row in found] == [(role, "")] * len(words)

    @pytest.mark.parametrize("word", ["root", "owner", "admin viewer", "0", "#N/A"])
    def test_that_are_none_leave_the_row_out(self, rows, word):
        assert fault_of(rows, f"email,role\na@x.io,{word}\n") in ("role", "error_cell")


class TestYesAndNo:
    YES = [
        "",
        "yes",
        "Y",
        "TRUE",
        "1",
        "1.0",
        "1,0",
        "on",
        "x",
        "Oui",
        "O",
        "VRAI",
        "Active",
        "Actif",
        "Activé",
        "Enabled",
    ]
    NO = [
        "no",
        "N",
        "FALSE",
        "0",
        "0.0",
        "0,00",
        "off",
        "Non",
        "FAUX",
        "Inactive",
        "Inactif",
        "Deactivated",
    ]
    NO += ["Désactivé", "désactivée", "DISABLED", "Suspended"]

    def test_are_known_in_both_languages(self, rows):
        for is_active, words in ((True, self.YES), (False, self.NO)):
            for header in ("active", "Actif", "Enabled", "Statut"):
                lines = "".join(f"p{number}@x.io;{word}\n" for number, word in enumerate(words))
                found = rows(f"email;{header}\n{lines}")
                assert [(row[3], row[4]) for row in found] == [(is_active, "")] * len(words), header

    def test_are_known_as_a_workbook_has_them(self, rows):
        cells = [
            '<c r="B{0}" t="b"><v>0</v></c>',
            '<c r="B{0}"><v>0.0</v></c>',
            '<c r="B{0}" t="str"><v>FAUX</v></c>',
        ]
        lines = [
            f'<row r="{n}"><c r="A{n}" t="str"><v>p{n}@x.io</v></c>{cell.format(n)}</row>'
            for n, cell in enumerate(cells, start=2)
        ]
        assert [(row[3], row[4]) for row in rows(workbook(["email", "active"], *lines))] == [
            (False, "")
        ] * 3

    @pytest.mark.parametrize("word", ["maybe", "2", "-1", "yes and no", "10", "01", "nope"])
    def test_that_are_neither_leave_the_row_out(self, rows, word):
        assert fault_of(rows, f"email,active\na@x.io,{word}\n") == "active"

    def test_are_asked_for_in_the_words_of_the_reader(self, admin, ada, rows):
        ada.language = "fr"
        ada.save()
        rows("email,role,active\na@x.io,root,\nb@x.io,,peut-être\n")
        page = text_of(admin.get(f"/imports/{ImportJob.objects.get().public_id}/"))
        assert "admin, membre ou lecteur" in page
        assert "oui ou non" in page


class TestBeforeItIsStarted:
    def page(self, admin):
        return text_of(admin.get(f"/imports/{ImportJob.objects.get().public_id}/"))

    def test_nothing_can_be_started_for_nobody(self, admin, rows):
        rows("email,role\na@x.io,root\n")
        page = self.page(admin)
        assert ("Start the import" in page, "No row can be imported" in page) == (False, True)
        path = f"/imports/{ImportJob.objects.get().public_id}/start/"
        assert admin.post(path, {"mode": "create"}).status_code == 422
        assert ImportJob.objects.get().state == "checked"

    def test_it_is_said_who_has_no_name_who_is_an_admin_and_how_long_passwords_work(
        self, admin, rows
    ):
        rows("email,name,role,active\na@x.io,Al,admin,\nb@x.io,\u200b,,no\nc@x.io,,,\n")
        page = self.page(admin)
        for words in (
            "1 of them is an Admin",
            "Without a name: 2",
            "Not active: 1",
            "work for 72 hours",
            "No name",
        ):
            assert words in page

    def test_who_has_no_name_is_called_by_the_address(self, admin, rows, work):
        rows("email,name\nbob.bunsen@x.io,\u200b\n")
        admin.post(f"/imports/{ImportJob.objects.get().public_id}/start/", {"mode": "create"})
        work()
        assert User.objects.get(email="bob.bunsen@x.io").full_name == "bob.bunsen"
        assert mail.outbox == []

    def test_a_name_that_is_too_long_is_not_cut_in_silence(self, rows):
        assert fault_of(rows, f"email,name\na@x.io,{'x' * 151}\n") == "long_name"
        assert fault_of(rows, f"email,name\na@x.io,{'x' * 150}\n") == ""
