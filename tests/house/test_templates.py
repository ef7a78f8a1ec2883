"""What holds for every template."""

import re
from pathlib import Path

TEMPLATES = sorted(path for path in Path("templates").rglob("*") if path.is_file())
PAGES = [path for path in TEMPLATES if not path.is_relative_to("templates/mail")]


def test_every_kind_of_file_is_looked_at():
    assert {path.suffix for path in TEMPLATES} == {".html", ".jinja"}


def test_none_has_an_inline_script_or_style():
    inline = r"\sstyle=|<style|<script(?![^>]*\bsrc=)|\son[a-z]+="
    assert [str(path) for path in PAGES if re.search(inline, path.read_text())] == []
    assert len(PAGES) > 50
    wrong = (
        '<p style="color:red">',
        "<style>p{}</style>",
        '<script type="module">',
        '<a onclick="x()">',
    )
    assert [text for text in wrong if not re.search(inline, text)] == []


def unmarked(path):
    """Return the words of a template that no translator is ever shown."""
    source = re.sub(r"{% block width %}\w+{% endblock %}", "", path.read_text())
    source = re.sub(
        r"{%\s*(blocktranslate)\b.*?{%\s*endblocktranslate\s*%}", "", source, flags=re.DOTALL
    )
    source = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>|&\w+;", " ", source, flags=re.DOTALL)
    return re.findall(r"[A-Za-z]{3,}", source.replace("Vectice Admin", ""))


def test_every_sentence_is_marked_for_translation(tmp_path):
    assert {str(path): unmarked(path) for path in TEMPLATES if unmarked(path)} == {}
    marked = "{% blocktranslate %}marked{% endblocktranslate %}"
    (tmp_path / "page.html").write_text(f"<p>{marked} forgotten {{{{ value }}}}</p>")
    assert unmarked(tmp_path / "page.html") == ["forgotten"]


def test_all_are_short():
    lengths = {str(path): len(path.read_text().splitlines()) for path in TEMPLATES}
    assert [name for name, lines in lengths.items() if lines > 120] == []
    assert sum(lengths.values()) > 1000


def test_every_post_form_carries_a_token():
    forms = [
        (path.name, form)
        for path in PAGES
        for form in re.findall(
            r'<form[^>]*method="post".*?</form>', path.read_text(), flags=re.DOTALL
        )
    ]
    assert len(forms) > 20
    assert [name for name, form in forms if "csrf_token" not in form] == []
