"""Workbooks made part by part, as no library would write them."""

import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEADER = ("email", "name", "role", "active")


def cell(column, line, text):
    return f'<c r="{column}{line}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def row(line, *texts, attributes=""):
    cells = "".join(cell("ABCDEFGH"[place], line, text) for place, text in enumerate(texts) if text)
    return f'<row r="{line}" {attributes}>{cells}</row>'


def sheet(*rows, before="", after=""):
    """Return a sheet; a row is the XML of one, or the texts of its cells."""
    written = (
        one if isinstance(one, str) else row(line, *one) for line, one in enumerate(rows, start=1)
    )
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{"".join(written)}</sheetData>{after}</worksheet>'


def parts_of(sheets, *, states=(), view="", styles="", texts=""):
    """Return the parts of a workbook by their names; `sheets` are the XML of each by its title."""
    named, relations, parts = "", "", {}
    for number, (title, xml) in enumerate(sheets.items(), start=1):
        state = (
            f' state="{states[number - 1]}"' if number <= len(states) and states[number - 1] else ""
        )
        named += f'<sheet name="{title}" sheetId="{number}" r:id="rId{number}"{state}/>'
        relations += f'<Relationship Id="rId{number}" Type="{KIND}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        parts[f"xl/worksheets/sheet{number}.xml"] = xml
    for kind, xml in (("styles", styles), ("sharedStrings", texts)):
        if xml:
            relations += f'<Relationship Id="{kind}" Type="{KIND}/{kind}" Target="{kind}.xml"/>'
            parts[f"xl/{kind}.xml"] = xml
    return {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="{KIND}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">{relations}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{KIND}">{view}<sheets>{named}</sheets></workbook>',
        **parts,
    }


def zipped(parts, compression=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def workbook(*rows, before="", after="", **more):
    """Return the bytes of a workbook with one sheet of these rows."""
    return zipped(parts_of({"People": sheet(*rows, before=before, after=after)}, **more))
