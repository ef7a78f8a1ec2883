"""CSV files that swallow people, do not say their encoding, or are made to cost time and memory."""

import io
import tracemalloc

import pytest

import accounts.tabular.csv_reading
import accounts.tabular.limits
import accounts.tabular.reading
from accounts.models import ImportJob, ImportPart
from tests.conftest import maintain, text_of

HEADER = "email,role,name\n"


def refused(response, words):
    return response.status_code == 422 and words in text_of(response)


class TestQuotes:
    @pytest.mark.parametrize(
        ("data", "line"),
        [
            (HEADER + 'q1@x.io,viewer,"Al One\nq2@x.io,admin,Bo Two\nq3@x.io,viewer,Cy Three\n', 2),
            (
                HEADER + 'q1@x.io,viewer,"Al One\nq2@x.io,admin,Bo Two\nq3@x.io,viewer,"Cy Three\n',
                2,
            ),
            (
                HEADER + 'q1@x.io,viewer,"Al One\nq2@x.io,admin,Bo Two\nq3@x.io,viewer,Cy Three"\n',
                2,
            ),
            (HEADER + '"q1@x.io,viewer,Al One\nq2@x.io,admin,Bo Two\nq3@x.io,viewer,Cy Three\n', 2),
            (HEADER + 'a@x.io,viewer,Al One\n\nq1@x.io,viewer,"Al" One\n', 4),
            (HEADER + 'a@x.io,viewer,"' + "x" * 200_000, 2),
            (HEADER + 'a@x.io,viewer,"' + "x\n" * 300_000, 2),
            (HEADER.replace(",", ";") + 'q1@x.io;viewer;"Al\nq2@x.io;admin;Bo\n";viewer\n', 2),
        ],
    )
    def test_that_are_not_closed_are_a_fault_with_their_line(self, upload, data, line):
        assert refused(upload(data), f"in the row that begins in line {line}")

    def test_in_a_long_file_are_so_too(self, admin, upload, work, monkeypatch):
        monkeypatch.setattr(accounts.tabular.limits, "SHORT_FILE", 10)
        path = upload(HEADER + "a@x.io,,A\n" * 50 + 'b@x.io,viewer,"B\n')["Location"]
        work()
        assert "in the row that begins in line 52" in text_of(admin.get(path))
        assert (ImportJob.objects.get().state, ImportPart.objects.count()) == ("refused", 0)

    @pytest.mark.parametrize("place", ["email", "role", "active"])
    def test_around_a_line_break_where_none_belongs_are_a_fault_of_the_row(self, rows, place):
        cells = {"email": "a@x.io", "role": "viewer", "active": "yes"}
        cells[place] = f'"{cells[place]}\nmore"'
        [(*_values, fault)] = rows("email,role,active\n" + ",".join(cells.values()))
        assert fault == "line_break"

    def test_around_a_line_break_in_a_name_are_well(self, rows):
        assert rows('email,name\na@x.io,"Al\nOne"\n"b@x.io\n","Bo ""B"" Two"\n') == [
            ("Al One", "a@x.io", "member", True, ""),
            ('Bo "B" Two', "b@x.io", "member", True, ""),
        ]

    def test_behind_a_blank_count_too(self, rows):
        assert [row[0] for row in rows('email, name\na@x.io, "One, Al"\n')] == ["One, Al"]

    def test_missing_around_a_comma_leave_the_row_out(self, rows):
        assert [
            row[4] for row in rows("name,email,role\nOne, Al,a@x.io,admin\nBo,b@x.io,,,\n")
        ] == ["beyond", ""]


class TestSeparators:
    @pytest.mark.parametrize(
        "data",
        [
            "email;name\na@x.io;One, Al\n",
            'name;email;"Remarks, if any"\n"One, Al";a@x.io;\n',
            "email\tname\na@x.io\tOne, Al\n",
            "sep=|\nemail|name\na@x.io|One, Al\n",
            "SEP=\t\r\nemail\tname\r\na@x.io\tOne, Al\r\n",
            "email;name\ra@x.io;One, Al\r",
            "\n\n ;\nemail;name\na@x.io;One, Al\n",
        ],
    )
    def test_are_found_outside_of_quotes(self, rows, data):
        assert [row[:2] for row in rows(data)] == [("One, Al", "a@x.io")]

    def test_of_a_header_of_quotes_are_found_at_once(self, upload, monkeypatch):
        looked_at = []
        count = accounts.tabular.csv_reading.counts
        monkeypatch.setattr(
            accounts.tabular.csv_reading,
            "counts",
            lambda text: looked_at.append(len(text)) or count(text),
        )
        assert upload('"' * 1_000 + "\n" + "x" * 900_000).status_code == 422
        assert max(looked_at) <= accounts.tabular.limits.HEAD


class TestLimits:
    @pytest.fixture(autouse=True)
    def few(self, monkeypatch):
        monkeypatch.setattr(accounts.tabular.limits, "MOST_ROWS", 3)

    @pytest.mark.parametrize("blank", ["a@x.io", "", ",", " ", "\u200b"])
    def test_count_every_row_also_a_blank_one(self, rows, upload, blank):
        assert len(rows("email,\n" + f"{blank}\n" * 2 + "z@x.io\n")) in (1, 3)
        assert refused(upload("email,\n" + f"{blank}\n" * 3 + "z@x.io\n"), "more than 100,000 rows")

    def test_count_the_rows_of_a_workbook_alike(self, rows, upload):
        from tests.imports.hostile.workbooks import workbook

        assert len(rows(workbook(["email"], "<row/>", "<row/>", ["a@x.io"]))) == 1
        assert refused(upload(workbook(["email"], *["<row/>"] * 4)), "more than 100,000 rows")

    def test_count_columns_and_letters(self, rows, upload):
        assert len(rows("email" + "," * 199 + "\na@x.io,\n")) == 1
        assert refused(
            upload("email" + "," * 200 + "\na@x.io,\n"),
            "The row in line 1 has more than 200 columns",
        )
        assert len(rows(f"email,remark\na@x.io,{'x' * 2000}\n")) == 1
        assert refused(upload(f"email,remark\na@x.io,{'x' * 2001}\n"), "The row in line 2")

    def test_count_bytes(self, upload, monkeypatch):
        monkeypatch.setattr(accounts.tabular.limits, "MOST_BYTES", 30)
        assert upload(b"email\n".ljust(30)).status_code == 302
        assert refused(upload(b"email\n".ljust(31)), "larger than 50 MB")


class TestMemory:
    @pytest.mark.parametrize(
        "data",
        [
            b"email\n" + b"," * 5_000_000,
            b"email\n" + b"\n" * 5_000_000,
            b"email,\n" + b'"a\n",' * 1_000_000,
        ],
        ids=["commas", "blank lines", "cells of many lines"],
    )
    def test_is_small_whatever_the_file(self, data):
        file = io.BytesIO(data)
        tracemalloc.start()
        with pytest.raises(accounts.tabular.limits.NotATable):
            list(accounts.tabular.reading.Table(file))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 30 * accounts.tabular.limits.MIB


class TestWhatIsNoTable:
    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"%PDF-1.7\nemail", "This is a PDF"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "XLS workbook"),
            (b"\x89PNG\r\n\x1a\n", "a picture"),
            (b"\xff\xd8\xff\xe0", "a picture"),
            (b"\n<!DOCTYPE html><table>", "a web page"),
            (b"<html><table>", "a web page"),
            (b'<?xml version="1.0"?><Workbook>', "a web page"),
            (b"\x1f\x8b\x08", "a compressed file"),
            (b"{\\rtf1 email", "a text document"),
        ],
    )
    def test_is_called_by_its_name(self, upload, data, words):
        assert refused(upload(data), words)

    @pytest.mark.parametrize(
        ("part", "words"),
        [
            ("META-INF/manifest.xml", "OpenDocument"),
            ("word/document.xml", "a text document"),
            ("Index/Document.iwa", "Numbers"),
            ("people.csv", "no XLSX file"),
        ],
    )
    def test_but_an_archive_too(self, upload, part, words):
        from tests.imports.hostile.workbooks import zipped

        assert refused(upload(zipped({part: "x"})), words)

    def test_in_a_long_file_is_said_at_once(self, upload):
        assert refused(upload("name,role\n" + "x" * 2_000_000), "with “email” among them")


NAMES = ("François Lefèvre", "Jürgen Größer", "José Muñoz")


def in_encoding(name, *names):
    return (
        "name,email\n" + "".join(f"{one},p{n}@x.io\n" for n, one in enumerate(names or NAMES))
    ).encode(name)


def test_a_table_that_begins_like_an_archive_is_a_table(rows):
    assert rows("PKZ,email\n1,a@x.io\n")[0][1] == "a@x.io"


class TestEncodings:
    """What can be known is known; what is guessed is said to be."""

    @pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
    def test_that_are_known_are_not_asked_about(self, admin, rows, name):
        assert [row[0] for row in rows(in_encoding(name))] == [*NAMES]
        page = admin.get(f"/imports/{ImportJob.objects.get().public_id}/").content.decode()
        assert "Read it again" not in page
        assert not ImportPart.objects.exists()

    def test_with_the_first_accent_far_behind_are_so_too(self, rows):
        data = "name,email\n" + "x,x@x.io\n" * 10_000 + "Zoë,z@x.io\n"
        table = accounts.tabular.reading.Table(io.BytesIO(data.encode("cp1252")))
        assert [*table][-1][1] == ["Zoë", "z@x.io"]
        assert "odd_words" not in table.notes

    @pytest.mark.parametrize(
        ("name", "names"),
        [
            ("cp850", NAMES),
            ("cp850", ("René Dupont", "Benoît")),
            ("mac_roman", ("Jürgen Größer", "Åse")),
            ("mac_roman", ("José", "Hélène")),
            ("cp1250", ("Łukasz Wójcik", "Paweł", "Ko\u0142odziej")),
            ("cp1250", ("Jiří Dvořák", "Nováček")),
            ("cp1251", ("Иван Петров", "Пётр Фёдоров")),
        ],
    )
    def test_that_are_guessed_are_asked_about(self, admin, rows, name, names):
        rows(in_encoding(name, *names))
        path = f"/imports/{ImportJob.objects.get().public_id}/"
        page = text_of(admin.get(path))
        assert "this is a guess" in page
        assert "Read it again" in page
        response = admin.post(f"{path}read-again/", {"encoding": name})
        assert response["Location"] == path
        found = ImportJob.objects.get().rows.order_by("line").values_list("full_name", flat=True)
        assert tuple(found) == names

    def test_that_were_chosen_are_no_guess(self, admin, rows):
        rows(in_encoding("cp850"))
        path = f"/imports/{ImportJob.objects.get().public_id}/"
        page = text_of(admin.post(f"{path}read-again/", {"encoding": "cp850"}, follow=True))
        assert ("this is a guess" in page, "Read it again" in page) == (False, True)

    @pytest.mark.parametrize("places", [[0], [2], [1]])
    def test_of_two_in_one_file_are_refused_with_the_line(self, upload, places):
        data = [in_encoding("utf-8", one).splitlines()[1] for one in (*NAMES, "Élodie")]
        for place in places:
            data[place] = data[place].decode().encode("cp1252")
        assert refused(
            upload(b"name,email\n" + b"\n".join(data)), f"but line {places[0] + 2} is not"
        )

    def test_that_were_mistaken_before_are_warned_of(self, admin, rows):
        rows(in_encoding("utf-8", *(one.encode().decode("cp1252") for one in NAMES)))
        assert "FranÃ§ois" in text_of(admin.get(f"/imports/{ImportJob.objects.get().public_id}/"))

    @pytest.mark.parametrize(
        "data", ["name,email".encode("utf-16-le"), b"email\n\x00", b"\xef\xbb\xbfemail\n\xff"]
    )
    def test_that_are_none_are_refused(self, upload, data):
        assert refused(upload(data), "cannot be read")

    @pytest.mark.parametrize("name", ["utf-8", "hex", "", "utf-16"])
    def test_that_cannot_be_or_are_not_offered_are_refused(self, admin, rows, name):
        rows(in_encoding("cp850"))
        path = f"/imports/{ImportJob.objects.get().public_id}/"
        response = admin.post(f"{path}read-again/", {"encoding": name})
        assert response.status_code == 422
        assert ImportJob.objects.get().rows.count() == 3

    def test_can_be_chosen_again_until_it_is_started(self, admin, rows):
        rows(in_encoding("cp850"))
        path = f"/imports/{ImportJob.objects.get().public_id}/"
        for name in ("mac_roman", "cp850"):
            assert admin.post(f"{path}read-again/", {"encoding": name}).status_code == 302
        admin.post(f"{path}start/", {"mode": "create"})
        assert not ImportPart.objects.exists()
        assert admin.post(f"{path}read-again/", {"encoding": "cp850"}).status_code == 409

    def test_leave_no_file_behind_after_a_day(self, rows, later):

        rows(in_encoding("cp850"))
        assert ImportPart.objects.exists()
        later(hours=25)
        maintain()
        assert not ImportPart.objects.exists()

    def test_of_a_long_file_are_chosen_for_all_of_it(self, admin, upload, work, monkeypatch):
        monkeypatch.setattr(accounts.tabular.limits, "SHORT_FILE", 10)
        path = upload(in_encoding("cp850"))["Location"]
        work()
        assert "this is a guess" in text_of(admin.get(path))
        admin.post(f"{path}read-again/", {"encoding": "cp850"})
        work()
        assert [row.full_name for row in ImportJob.objects.get().rows.order_by("line")] == [*NAMES]
