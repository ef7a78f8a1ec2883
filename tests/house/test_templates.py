"""What holds for every template."""

import re
from pathlib import Path

import pytest
from django.template import engines
from jinja2 import UndefinedError

TEMPLATES = sorted(path for path in Path("templates").rglob("*") if path.is_file())
PAGES = [path for path in TEMPLATES if not path.is_relative_to("templates/mail")]
FORM = Path("templates/components/form.html")


def found(pattern, paths=TEMPLATES):
    """Return which of the files have something in them that they must not have, and what."""
    sources = {str(path): path.read_text() for path in paths}
    return {name: odd for name, text in sources.items() if (odd := re.findall(pattern, text))}


def test_all_are_of_one_language():
    assert {path.suffix for path in TEMPLATES} == {".html"}
    assert [engine.name for engine in engines.all()] == ["jinja2"]
    assert len(PAGES) > 50


def test_all_can_be_read():
    for path in TEMPLATES:
        engines["jinja2"].get_template(path.relative_to("templates").as_posix())


@pytest.mark.parametrize("text", ["{{ nobody_gave_it }}", "{% if nobody_gave_it %}{% endif %}"])
def test_what_is_missing_is_an_error(text):
    with pytest.raises(UndefinedError):
        engines["jinja2"].from_string(text).render()


def test_what_it_is_given_is_escaped():
    page = engines["jinja2"].from_string('{{ name }}{{ _("%(name)s", name=name) }}')
    assert page.render({"name": "<b>"}) == "&lt;b&gt;" * 2


def test_none_gets_what_it_does_not_name():
    assert found(r"{%-?\s*include\b.*|\bwith context\b") == {}


def test_none_has_an_inline_script_or_style():
    inline = r"\sstyle=|<style|<script(?![^>]*\bsrc=)|\son[a-z]+="
    assert found(inline, PAGES) == {}
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
    source = re.sub(r"{%-?\s*trans\b.*?{%-?\s*endtrans\s*-?%}", "", source, flags=re.DOTALL)
    source = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", " ", source, flags=re.DOTALL)
    source = re.sub(r"<style>.*?</style>", " ", source, flags=re.DOTALL)
    source = re.sub(r"<[^>]*>|&\w+;", " ", source)
    return re.findall(r"[A-Za-z]{3,}", source.replace("Vectice Admin", ""))


def test_every_sentence_is_marked_for_translation(tmp_path):
    assert {str(path): unmarked(path) for path in TEMPLATES if unmarked(path)} == {}
    marked = "{% trans %}marked{% endtrans %}"
    (tmp_path / "page.html").write_text(f"<p>{marked} forgotten {{{{ value }}}}</p>")
    assert unmarked(tmp_path / "page.html") == ["forgotten"]


def test_all_are_short():
    lengths = {str(path): len(path.read_text().splitlines()) for path in TEMPLATES}
    assert [name for name, lines in lengths.items() if lines > 120] == []
    assert found(r"(?m)^.{121,}$") == {}


def test_every_post_form_carries_a_token():
    assert found(r"(?i)<form[^>]*\bmethod=.?post", [path for path in PAGES if path != FORM]) == {}
    assert found(r"csrf_token|csrfmiddlewaretoken") == {}
    called = found(r"call post_form\(csrf_input[,)]")
    assert sum(map(len, called.values())) > 20
    assert sum(map(len, found(r"call post_form\b").values())) == sum(map(len, called.values()))
    assert (
        len(found(r"<form", [FORM])[str(FORM)]) == FORM.read_text().count("{{ csrf_input }}") == 1
    )
