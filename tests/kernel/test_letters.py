"""The plain text of a mail is made of its HTML, and says the same."""

import pytest

from accounts.kernel.text import letters


def text_of(*body):
    return letters.in_plain_text(f"<title>Subject</title><body>{''.join(body)}</body>")[1]


def test_the_title_is_apart_from_the_text():
    assert letters.in_plain_text("<title>A &amp; B &lt;x&gt;</title><p>Hello</p>") == (
        "A & B <x>",
        "Hello\n",
    )


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p>\n  <p>two</p>", "One\n\ntwo\n"),
        ("<p>One\n    line  of words</p>", "One line of words\n"),
        ("<p>Nom\u00a0: «\u202fx\u202f»</p>", "Nom\u00a0: «\u202fx\u202f»\n"),
        ("<p>One<br>two <br> three</p>", "One\ntwo\nthree\n"),
        ('<p>I am <span translate="no">Ada</span>, an <b>Admin</b>.</p>', "I am Ada, an Admin.\n"),
        ("<p>&lt;b&gt; &amp; &quot;c&quot;</p>", '<b> & "c"\n'),
        (
            '<p><a href="https://x.example/?a=1&amp;b=2">https://x.example/?a=1&amp;b=2</a></p>',
            "https://x.example/?a=1&b=2\n",
        ),
        (
            '<p><a href="https://x.example/">These words</a></p>',
            "These words\nhttps://x.example/\n",
        ),
        ("<p>Text</p><hr><p>Foot<br>line</p><p>more</p>", "Text\n\n-- \nFoot\nline\n\nmore\n"),
    ],
)
def test_says_what_the_page_says(html, text):
    assert text_of(html) == text


@pytest.mark.parametrize(
    "name", ["Ada Lovelace", "O’Neill", "Dr. Strange", "a.test", "https://a.test/x"]
)
def test_a_name_is_read_the_same_but_is_no_link(name):
    unlinked = letters.unlinked(name)
    assert (unlinked.replace("\u200b", ""), "a.test" in unlinked or "/x" in unlinked) == (
        name,
        False,
    )
