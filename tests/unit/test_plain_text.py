"""Text from data in a place that reads Markdown. What each of these becomes without care was seen in a browser."""

import pytest

from lupusmon.ui.frame import plain, prose


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**b** $x$", "\\*\\*b\\*\\* \\$x\\$"),
        ("[x](javascript:alert(1))", "\\[x\\]\\(javascript\\:alert\\(1\\)\\)"),
        ("<img src=x>", "\\<img src=x\\>"),
        ("http://a.b", "http\u2060\\://a\\.b"),
        (":material/bolt:", "\\:\u2060material/bolt\\:"),
        (":streamlit:", "\\:\u2060streamlit\\:"),
        ("12:30:45", "12\\:30\\:45"),
        ("a -- b", "a \\-\u2060\\- b"),
        ("a -> b", "a \\-\u2060\\> b"),
        ("a >= 5", "a \\>\u2060= 5"),
        ("    code", " code"),
        ("one\r\n\ttwo", "one two"),
        (7, "7"),
    ],
)
def test_it_is_shown_as_it_stands(text, shown):
    assert plain(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("on 2026-08-31: SLEDAI-2K 7", "on _2026\\-08\\-31_\\: _SLEDAI\\-2K_ 7"),
        ("C4 (+31 %), 1.95 → 0.15", "C4 \\(\\+31\u00a0%\\), 1\\.95\u00a0→\u00a00\\.15"),
        ("a - b", "a \\- b"),
    ],
)
def test_dates_and_hyphenated_words_of_a_sentence_stay_on_one_line(text, shown):
    assert prose(text) == shown
