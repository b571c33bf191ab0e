"""What a value text means (CONTRACT 2)."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lupusmon.text import values
from lupusmon.text.columns import word_array
from lupusmon.text.value_words import match_word
from lupusmon.text.values import ValueKind, parse_glued, parse_values, uses_decimal_comma


def read(text, *, decimal_comma=False):
    """(kind, comparator, number, word, unit) of one text."""
    parsed = parse_values(word_array([text]), decimal_comma=decimal_comma)
    number = float(parsed.number[0])
    kind = ValueKind(parsed.kind[0]).name
    return kind, int(parsed.comparator[0]), None if math.isnan(number) else number, int(parsed.word[0]), parsed.unit[0]


NUMBERS = """
text                | comparator | number
12.5                | 0  | 12.5
12,5                | 0  | 12.5
0                   | 0  | 0
.5                  | 0  | 0.5
,5                  | 0  | 0.5
12.                 | 0  | 12
<10                 | -1 | 10
≤ 10                | -1 | 10
<=10                | -1 | 10
>300                | 1  | 300
≥300                | 1  | 300
>=300               | 1  | 300
= 12                | 0  | 12
>0                  | 1  | 0
> 1,200             | 1  | 1200
>  1,200            | 1  | 1200
＜１２．５           | -1 | 12.5
less than 10        | -1 | 10
Greater than 300    | 1  | 300
1,200               | 0  | 1200
1,234,567           | 0  | 1234567
1,50,000            | 0  | 150000
1.234.567           | 0  | 1234567
1,234.5             | 0  | 1234.5
1.234,5             | 0  | 1234.5
1 200               | 0  | 1200
1\u00a0200,5        | 0  | 1200.5
1\u2009200          | 0  | 1200
1'200.50            | 0  | 1200.5
1\u2019200          | 0  | 1200
0,200               | 0  | 0.2
1234,567            | 0  | 1234.567
1e308               | 0  | 1e308
1.2E+03             | 0  | 1200
1,2E+03             | 0  | 1200
-5                  | 0  | -5
\u22125             | 0  | -5
"""


def rows(table):
    return [[cell.strip(" ") for cell in line.split("|")] for line in table.strip().splitlines()[1:]]


@pytest.mark.parametrize(("text", "comparator", "number"), rows(NUMBERS))
def test_numbers_and_limits(text, comparator, number):
    assert read(text) == ("NUMBER", int(comparator), float(number), 0, "")


@pytest.mark.parametrize(
    ("text", "number"), [("1,200", 1.2), ("1.200", 1200), ("1.234.567", 1234567), ("1.234,5", 1234.5), ("12.5", 12.5)]
)
def test_a_comma_file_decides_only_what_can_be_read_both_ways(text, number):
    assert read(text, decimal_comma=True)[2] == number


@pytest.mark.parametrize(
    ("text", "comparator", "number"),
    [
        ("1:160", 0, 160),
        ("1 : 160", 0, 160),
        ("1/160", 0, 160),
        ("<1:10", -1, 10),
        (">1:640", 1, 640),
        ("≥ 1:640", 1, 640),
        ("1:1,280", 0, 1280),
        ("1：160", 0, 160),
        ("positive (1:160)", 0, 160),
        ("negative <1:10", -1, 10),
    ],
)
def test_titres(text, comparator, number):
    assert read(text) == ("TITRE", comparator, number, 0, "")


@pytest.mark.parametrize(
    ("texts", "meaning"),
    [
        ("positive POS Positive. + ++ 2+ (+) reactive detected weakly_positive positivo Reagente positief", 1),
        ("negative NEG (-) not_detected non-reactive absent none_seen Não_Reagente nicht_nachgewiesen negatief", 0),
        ("positif positiv", 1),
        ("négatif negativ", 0),
        ("trace equivocal borderline indeterminate ± +/- trazas Spuren douteux limítrofe zweifelhaft dubbio", -1),
    ],
)
def test_words(texts, meaning):
    for text in texts.split():
        assert read(text.replace("_", " ")) == ("WORD", 0, None, meaning, ""), text


@pytest.mark.parametrize(
    "text",
    [
        "See comment",
        "HOLD",
        "HEMOLYZED",
        "Cannot Calculate",
        "nan",
        "inf",
        "-inf",
        "NaN",
        "<",
        ">",
        "<0",
        "≤ 0",
        "< 0.0",
        "<-5",
        "1e400",
        "1:0",
        "1:10:2",
        "negative 1:10",
        "positive <1:10",
        "12-15",
        "0-5 /HPF",
        "1,2,3",
        "1..2",
        "12,",
        "10 20",
        "1 23",
        "1,234,56",
        "2024-01-03",
        "10:30",
        "+5",
        "<<5",
        "383.210^9/L",
        "10^9/L",
        "~12",
        "None",
        "ND",
        "--",
        "x" * 10_000_000,
    ],
)
def test_unreadable(text):
    assert read(text) == ("UNREADABLE", 0, None, 0, "")


def test_minus_nothing_is_nothing():
    number = read("-0")[2]
    assert number == 0 and math.copysign(1, number) == 1


@pytest.mark.parametrize("text", ["", " ", "\u00a0", "\u200b"])
def test_empty(text):
    assert read(text)[0] == "EMPTY"


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("383.2 10^9/L", 383.2, "10^9/L"),
        ("0.83 (mg per dL)", 0.83, "mg per dL"),
        ("246.6Giga/L", 246.6, "Giga/L"),
        ("5 /HPF", 5, "/HPF"),
        ("5/HPF", 5, "/HPF"),
        ("12,5 mg/dL", 12.5, "mg/dL"),
        ("400mg", 400, "mg"),
        ("12 %", 12, "%"),
        ("8.1 x10^9/L", 8.1, "x10^9/L"),
        ("5 [IU/mL]", 5, "IU/mL"),
        ("1,200 /uL", 1200, "/uL"),
        ("7 10⁹/L", 7, "10⁹/L"),
    ],
)
def test_a_unit_behind_the_number_is_handed_on(text, number, unit):
    assert read(text) == ("NUMBER", 0, number, 0, unit)


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("383.210^9/L", "10^9/L", 383.2),
        ("474.1910^9/l", "10^9/L", 474.19),
        ("0.9910^9/L", "10^9/L", 0.99),
        ("5.010⁹/L", "10^9/L", 5.0),
        ("12,5mg/dl", "mg/dL", 12.5),
        ("383.2", "10^9/L", None),
        ("510", "10", None),
        ("10^9/L", "10^9/L", None),
        ("abc10^9/L", "10^9/L", None),
        ("5 mg10^9/L", "10^9/L", None),
        ("383.210^9/L", "", None),
    ],
)
def test_a_glued_unit_is_cut_off_only_where_it_is_the_unit_cells(text, unit, number):
    parsed = parse_glued(text, unit, decimal_comma=False)
    if number is None:
        assert parsed.kind[0] == ValueKind.UNREADABLE
    else:
        assert (parsed.kind[0], parsed.number[0], parsed.unit[0]) == (ValueKind.NUMBER, number, unit)


@pytest.mark.parametrize(
    ("texts", "comma"),
    [
        (["12,5"], True),
        (["12,5", "1,200"], True),
        (["1,200"], False),
        (["12,5", "0.5"], False),
        (["12,5", "1.200"], True),
        (["12,5", "1,234.5"], False),
        (["1.234,5"], True),
        (["<0,5 mg/dL", "1:160", "negative"], True),
        ([], False),
        (["12,5", "1,234,567"], False),
        (["see 1,2 above"], False),
        (["12,5 ", "x" * 1000 + ".5"], True),
    ],
)
def test_decimal_comma_of_a_file(texts, comma):
    assert uses_decimal_comma(texts) is comma


@given(st.text(max_size=40))
def test_any_text_is_read_without_an_error_and_one_way_only(text):
    kind, comparator, number, word, unit = read(text)
    assert (number is None) == (kind in ("UNREADABLE", "EMPTY", "WORD"))
    assert number is None or math.isfinite(number)
    assert comparator == 0 or kind in ("NUMBER", "TITRE")
    assert unit == "" or kind in ("NUMBER", "TITRE")
    assert (kind == "WORD") == (match_word(text.translate(values._SAME).strip()) is not None)


@given(
    st.integers(0, 10**9),
    st.text("0123456789", max_size=6),
    st.sampled_from(["", ",", " ", "'", "\u00a0"]),
    st.sampled_from(["", "<", ">", "≤ "]),
)
def test_point_numbers_come_back_whatever_groups_their_thousands(whole, decimals, group, comparator):
    written = comparator + f"{whole:,}".replace(",", group) + ("." + decimals if decimals else "")
    number = float(f"{whole}.{decimals or 0}")
    kind, side, value, _, _ = read(written)
    if comparator in ("<", "≤ ") and number == 0:
        assert kind == "UNREADABLE"
    else:
        assert (kind, side, value) == ("NUMBER", {"": 0, ">": 1}.get(comparator, -1), number)


@given(st.integers(0, 10**9), st.text("0123456789", min_size=1, max_size=6), st.sampled_from(["", ".", " ", "'"]))
def test_comma_numbers_come_back_in_a_comma_file(whole, decimals, group):
    written = f"{whole:,}".replace(",", group) + "," + decimals
    assert read(written, decimal_comma=True)[2] == float(f"{whole}.{decimals}")


def test_many_words_are_read_as_each_alone():
    words = word_array(["12.5", "<10", "", "positive", "1:160", "x", "3 mg/dL"])
    together = parse_values(words, decimal_comma=False)
    assert together.kind.dtype == np.int8 and together.number.dtype == np.float64
    for i, word in enumerate(words):
        number = together.number[i]
        alone = (
            ValueKind(together.kind[i]).name,
            together.comparator[i],
            None if np.isnan(number) else number,
            together.word[i],
            together.unit[i],
        )
        assert alone == read(word)
