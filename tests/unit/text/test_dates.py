"""What a date text means (CONTRACT 2), and which order of day and month a file proves."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lupusmon.text.columns import word_array
from lupusmon.text.dates import DATE_ORDERS, AmbiguousDates, find_date_order, parse_date, parse_dates


def read(text, order="ymd", formats=()):
    """ "2025-01-03 08:30" as parsed, without a clock where there is none, None where not ok."""
    day, micros, ok = parse_dates(word_array([text]), order=order, formats=formats)
    if not ok[0]:
        return None
    moment = datetime(1970, 1, 1) + timedelta(days=int(day[0]), microseconds=max(int(micros[0]), 0))
    return moment.isoformat(sep=" ") if micros[0] >= 0 else moment.date().isoformat()


ANY_ORDER = """
2025-01-03                       2025-01-03
2025-01-03T08:30                 2025-01-03 08:30:00
2025-01-03 08:30:15              2025-01-03 08:30:15
2025-01-03t08:30:15z             2025-01-03 08:30:15
2025-01-03T08:30:15.5Z           2025-01-03 08:30:15.500000
2025-01-03T08:30:15,25           2025-01-03 08:30:15.250000
2025-01-03T08:30:15.123456789    2025-01-03 08:30:15.123456
2025-01-03T08:30:15+01:00        2025-01-03 08:30:15
2025-01-03T23:30:15-0500         2025-01-03 23:30:15
2025-01-03T08:30-05              2025-01-03 08:30:00
2025-01-03 08:30 UTC             2025-01-03 08:30:00
2025-01-03T08                    2025-01-03 08:00:00
2025-01-03T00:00:00              2025-01-03
2025-01-03T00:00                 2025-01-03
2025-01-03T00:00:01              2025-01-03 00:00:01
2025-01-03T24:00                 2025-01-04
20250103                         2025-01-03
20250103T0830                    2025-01-03 08:30:00
20250103T083015                  2025-01-03 08:30:15
20250103T083015.5+0100           2025-01-03 08:30:15.500000
202501030830                     2025-01-03 08:30:00
20250103083015                   2025-01-03 08:30:15
2025/01/03                       2025-01-03
2025.01.03                       2025-01-03
2025-1-3                         2025-01-03
2025-01-03 2:30 PM               2025-01-03 14:30:00
2025-01-03 08.30                 2025-01-03 08:30:00
2025-01-03 8.30                  2025-01-03 08:30:00
2025-01-03 8.61                  None
20250103 08.30                   2025-01-03 08:30:00
2025-01-03T08.5                  2025-01-03 08:30:00
2025-01-03T08.30                 2025-01-03 08:18:00
31 Jul 2023                      2023-07-31
31-JUL-2023                      2023-07-31
29AUG2023                        2023-08-29
29AUG2023:08:30:00               2023-08-29 08:30:00
August 29, 2023                  2023-08-29
Aug 29 2023 12:05 a.m.           2023-08-29 00:05:00
3 Sept 2023                      2023-09-03
29th of August 2023              2023-08-29
2023-Aug-29                      2023-08-29
Mon, 31 Jul 2023 08:00           2023-07-31 08:00:00
05/05/2025                       2025-05-05
29/02/2024                       None
2024-02-29                       2024-02-29
2023-02-29                       None
2025-02-30                       None
2025-13-01                       None
2025-00-10                       None
2025-01                          None
2025                             None
Jan 2025                         None
5/5/25                           None
05-05-25                         None
44927                            None
44927.5                          None
1735862400                       None
2025-W03-1                       None
2025-003                         None
2025-01-03T25:00                 None
2025-01-03T08:60                 None
2025-01-03 13:30 PM              None
2025-01-03T08:30+25:00           None
2025-01-03 to 2025-01-05         None
0000-01-01                       None
31 Foo 2023                      None
31 Feb 2023                      None
unknown                          None
04/03-2025                       None
"""


@pytest.mark.parametrize("line", ANY_ORDER.strip().splitlines())
def test_texts_that_need_no_order(line):
    text, expected = line[:33].strip(), line[33:].strip()
    expected = None if expected == "None" else expected
    for order in ("ymd",) if text == "29/02/2024" else DATE_ORDERS:
        assert read(text, order) == expected


@pytest.mark.parametrize(
    ("text", "dmy", "mdy"),
    [
        ("04/03/2025", "2025-03-04", "2025-04-03"),
        ("04.03.2025 14:05", "2025-03-04 14:05:00", "2025-04-03 14:05:00"),
        ("4-3-2025", "2025-03-04", "2025-04-03"),
        ("1/31/2023 2:30 PM", None, "2023-01-31 14:30:00"),
        ("31/01/2023", "2023-01-31", None),
        ("32/13/2023", None, None),
    ],
)
def test_day_and_month_in_figures_follow_the_order(text, dmy, mdy):
    assert (read(text, "dmy"), read(text, "mdy")) == (dmy, mdy)
    assert read(text, "ymd") is None


def test_formats_come_first_and_the_first_that_fits_wins():
    formats = ("%d.%m.%y", "%m/%d/%y", "%d.%m.%Y %H:%M")
    assert read("04.03.25", formats=formats) == "2025-03-04"
    assert read("04/03/25", formats=formats) == "2025-04-03"
    assert read("04.03.2025 08:30", "mdy", formats) == "2025-03-04 08:30:00"
    assert read("2025-01-03", formats=formats) == "2025-01-03"
    assert read("20250103", formats=("%Y%d%m",)) == "2025-03-01"


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["2025-01-03", "20250103"], "ymd"),
        (["04/03/2025", "13/03/2025"], "dmy"),
        (["04/03/2025", "03/13/2025"], "mdy"),
        (["2025-01-03", "13.03.2025"], "dmy"),
        (["05/05/2025"], None),
        (["31 Jul 2023"], None),
        (["31/02/2025", "05/05/2025"], None),
        (["04/03/25", "unknown"], None),
        ([], None),
    ],
)
def test_order_a_file_proves(texts, order):
    assert find_date_order(texts) == order


def test_an_order_nobody_can_know_is_asked_for_in_words():
    with pytest.raises(AmbiguousDates, match="04/03/2025: 4 March or 3 April\\? say --date-order dmy or mdy"):
        find_date_order(["05/05/2025", "04/03/2025", "2025-01-03"])


def test_two_proven_orders_in_one_file_are_refused():
    with pytest.raises(AmbiguousDates, match='"13/03/2025" can only be day/month and "03/14/2025" only month/day'):
        find_date_order(["13/03/2025", "03/14/2025"])


def test_texts_that_fit_a_format_prove_nothing():
    assert find_date_order(["04/03/2025", "03-14-2025"], ("%d/%m/%Y",)) == "mdy"
    assert find_date_order(["04/03/2025"], ("%d/%m/%Y",)) is None


moments = st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2100, 1, 1))
zones = st.sampled_from([None, UTC, timezone(timedelta(hours=5, minutes=30)), timezone(-timedelta(hours=8))])


@given(moments, zones, st.sampled_from("T "), st.sampled_from(["minutes", "seconds", "milliseconds", "microseconds"]))
def test_every_iso_text_comes_back_with_its_clock(moment, zone, sep, precision):
    written = moment.replace(tzinfo=zone).isoformat(sep=sep, timespec=precision)
    kept = datetime.fromisoformat(moment.isoformat(timespec=precision))
    midnight = kept.time() == kept.min.time()
    assert read(written) == (kept.date().isoformat() if midnight else kept.isoformat(sep=" "))


@given(moments, st.sampled_from("/.-"), st.sampled_from(["", " %H:%M", " %H:%M:%S", " %I:%M %p"]))
def test_ordered_dates_come_back_under_their_own_order(moment, sep, clock):
    form = sep.join(["%d", "%m", "%Y"]) + clock
    kept = datetime.strptime(moment.strftime(form), form)
    expected = kept.date().isoformat() if kept.time() == kept.min.time() else kept.isoformat(sep=" ")
    assert read(moment.strftime(form), "dmy") == expected
    assert read(moment.strftime(form.replace("%d", "%_").replace("%m", "%d").replace("%_", "%m")), "mdy") == expected


@given(
    st.lists(st.one_of(st.text("0123456789-/.: TZ+", max_size=26), moments.map(str)), max_size=8),
    st.sampled_from(DATE_ORDERS),
)
def test_whole_arrays_are_read_as_each_text_alone(texts, order):
    day, micros, ok = parse_dates(word_array(texts), order=order)
    assert (day.dtype, micros.dtype, ok.dtype) == (np.int32, np.int64, bool)
    for i, text in enumerate(texts):
        alone = parse_date(text, order)
        assert ok[i] == (alone is not None)
        if alone:
            assert (day[i], max(micros[i], 0)) == alone


@given(st.text(max_size=40), st.sampled_from(DATE_ORDERS))
def test_any_text_is_read_without_an_error(text, order):
    parse_dates(word_array([text]), order=order)
