"""The report as one self-contained HTML page: no script, nothing from outside, the same bytes for the same data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from lupusmon import words
from lupusmon.figures import theme
from lupusmon.figures.static_svg import draw_svg, measure_height
from lupusmon.figures.svg_marks import draw_mark
from lupusmon.reports.patient import Report
from lupusmon.version import __version__

PAPERS = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}  # mm
_TOP, _SIDE, _BOTTOM = 9.0, 12.0, 13.0  # margins, mm
_PX_PER_MM = 96 / 25.4
_MOST_LISTED = 6  # gaps and alerts on the first page
_PANEL_PX = (28.0, 62.0)  # least and greatest height of a chart
_HYPHENED = re.compile(r"\d[\d.]*(?:-\d[\d.]*)+")  # dates, and spans such as 0.5-1
_STATUS = {"in": "in range", "high": "above", "low": "below", "none": "no range", "unknown": "undecided"}


def render_html(report: Report, *, paper: str = "a4") -> str:
    """The report as HTML; printed, the first page holds everything a reader needs. paper: a4 | letter.

    Text from data is escaped. The charts are as high as the first page has room for.
    """
    foot = Markup('<footer class="foot">{}</footer>').format(describe_origin(report))
    return _load("report.html").render(
        report=report,
        version=__version__,
        css=Markup(_read("report.css")),
        page_css=Markup(_page_css(report, paper)),
        chart=Markup(_draw_chart(report, paper)),
        mark=_mark,
        most=_MOST_LISTED,
        status_words=_STATUS,
        disclaimer=words.FOOTER,
        foot=foot,
    )


def describe_origin(report: Report) -> str:
    """The footer: what the numbers rest on, and what they are not for."""
    return (
        f"lupusmon {__version__} · rules {report.rules_version} · data {report.fingerprint[:16]} · "
        f"as of {report.as_of} · not for diagnosis"
    )


def render_index(rows: Sequence[tuple[str, str, str]]) -> str:
    """A page that lists reports: (file, patient, sentence)."""
    return _load("index.html").render(rows=rows, css=Markup(_read("report.css")), disclaimer=words.FOOTER)


@cache
def _load(name: str) -> Template:
    environment = Environment(
        loader=FunctionLoader(_read), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"plural": words.plural, "whole_dates": _keep_dates_whole}
    return environment.get_template(name)


def _read(name: str) -> str:
    return files("lupusmon.reports").joinpath("templates", name).read_text(encoding="utf-8")


def _keep_dates_whole(text: str) -> Markup:
    """The text, escaped, with dates and spans that are not broken at their hyphens."""
    return Markup(_HYPHENED.sub(r'<span class="nowrap">\g<0></span>', str(escape(text))))


def _page_css(report: Report, paper: str) -> str:
    """Paper, margins and the footer of every printed page; nothing from the data gets in but the fingerprint."""
    width, height = PAPERS[paper]
    safe = "".join(c for c in describe_origin(report) if c.isalnum() or c in " .-·")
    box = 'font: 7.6px "Liberation Sans", Arial, sans-serif; color: #55616c; vertical-align: top; padding-top: 2mm'
    return (
        f"@page {{ size: {width}mm {height}mm; margin: {_TOP}mm {_SIDE}mm {_BOTTOM}mm;\n"
        f'  @bottom-left {{ content: "{safe}"; {box}; white-space: nowrap }}\n'
        f'  @bottom-right {{ content: "page " counter(page) " of " counter(pages); {box}; white-space: nowrap }} }}\n'
        f"@media print {{ .one {{ height: {height - _TOP - _BOTTOM - 0.5:.1f}mm }} }}"
    )


def _draw_chart(report: Report, paper: str) -> str:
    width = (PAPERS["a4"][0] - 2 * _SIDE) * _PX_PER_MM
    shown = {
        "width": round(width, 1),
        "panel_px": _fit_panels(report, paper),
        "name": "Infusions and laboratory results over time",
        "description": "The same results are in the table on the next page.",
        "week_zero": report.first_infusion,
    }
    return draw_svg(report.figure, **shown).replace("<svg ", '<svg class="timeline" ', 1)


def _fit_panels(report: Report, paper: str) -> float:
    """The height of one chart that fills the first page; where it is too high after all, the page shrinks it."""
    room = (PAPERS[paper][1] - _TOP - _BOTTOM) * _PX_PER_MM - _estimate_text(report)
    least, most = _PANEL_PX
    weeks = report.first_infusion is not None
    panel = most
    while panel > least and measure_height(report.figure, panel, weeks=weeks) > room:
        panel -= 1
    return panel


def _estimate_text(report: Report) -> float:
    """Height of everything on the first page but the charts, px: lines times line height."""
    line, row = 11.0, 14.5
    header = max(32, line * (1 + _lines(report.course, 105) + _lines(report.other_courses, 105)))
    ledger = (
        sum(row * len(group.rows) for group in report.ledger.groups)
        + 24
        + line * _lines("".join(report.ledger.silent), 110)
    )
    lists = [
        sum(_lines(text, 84) for text in texts[:_MOST_LISTED]) + (len(texts) > _MOST_LISTED)
        for texts in (report.gaps, [f"{severity}: {text}" for severity, text in report.alerts])
    ]
    key = row * (len(report.key_numbers) + 1) + line
    return header + 14 * _lines(report.sentence, 128) + 18 + ledger + key + line * max(1, *lists) + 5 * 14 + 4 * 7 + 24


def _lines(text: str, letters: int) -> int:
    return -(-len(text) // letters)


def _mark(status: str, censored: bool = False) -> Markup:
    """The chart's symbol of a status."""
    symbol = theme.SYMBOLS[status] + ("-open" if censored else "")
    colour = theme.status_colour(status, theme.LIGHT)
    size = 8.0 if status in ("high", "low") else 6.5
    drawn = draw_mark(symbol, 6, 6, size, colour=colour, edge=colour, width=0.8, opacity=1, title="")
    return Markup(f'<svg class="mark" viewBox="0 0 12 12" aria-hidden="true">{drawn}</svg>')
