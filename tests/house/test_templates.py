"""What holds for every template."""

import re
from pathlib import Path

import pytest

TEMPLATES = sorted(Path("templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if not path.is_relative_to("templates/mail")]


@pytest.mark.parametrize("path", PAGES, ids=str)
def test_has_no_inline_script_or_style(path):
    source = path.read_text()
    assert not re.search(r"\sstyle=|<style|<script(?![^>]*\bsrc=)|\son[a-z]+=", source)


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_every_sentence_is_marked_for_translation(path):
    source = re.sub(r"{% block width %}\w+{% endblock %}", "", path.read_text())
    source = re.sub(r"{%\s*(blocktranslate)\b.*?{%\s*endblocktranslate\s*%}", "", source, flags=re.DOTALL)
    source = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>|&\w+;", " ", source, flags=re.DOTALL)
    assert re.findall(r"[A-Za-z]{3,}", source.replace("Vectice Admin", "")) == []


@pytest.mark.parametrize("path", PAGES, ids=str)
def test_is_short(path):
    assert len(path.read_text().splitlines()) <= 120


def test_every_post_form_carries_a_token():
    forms = [
        (path.name, form)
        for path in PAGES
        for form in re.findall(r'<form[^>]*method="post".*?</form>', path.read_text(), flags=re.DOTALL)
    ]
    assert [name for name, form in forms if "csrf_token" not in form] == []
