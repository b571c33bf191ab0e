"""The report as a page: self-contained, escaped, the same bytes for the same data."""

from __future__ import annotations

import io
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from lupusmon.reports import pdf
from lupusmon.reports.batch import write_reports
from lupusmon.reports.render import render_html

VOID = {"meta", "br", "link", "img"}


class Balanced(HTMLParser):
    """Every element that is opened is closed, in order."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_well_formed_and_in_the_fixed_order(make_report):
    page = render_html(make_report("R"))
    parser = Balanced()
    parser.feed(page)
    assert parser.open == []
    order = ["<header>", 'class="status"', "Response ledger", 'class="timeline"']
    order += ["Key numbers", "Data gaps", "<footer", "All results", "Verdicts in words", "Source files"]
    places = [page.index(text) for text in order]
    assert places == sorted(places)


@pytest.mark.parametrize("patient_id", ["R", "NB", "NI", "NL"])
def test_nothing_is_loaded_from_outside_and_nothing_runs(make_report, patient_id):
    page = render_html(make_report(patient_id))
    links = re.findall(r'(?:href|src|url)\s*[=(]\s*["\']?([^"\')>\s]+)', page)
    assert all(link.startswith("#") for link in links), links
    assert re.findall(r"https?://[^\"'<\s]+", page.replace("http://www.w3.org/2000/svg", "")) == []
    assert "<script" not in page and "@import" not in page and " onload" not in page
    assert "default-src 'none'" in page


def test_text_from_data_is_escaped(make_report):
    page = render_html(make_report("R"))
    assert "Case &amp; one (R)" in page and "&lt;i&gt;North" in page and "<i>North" not in page


def test_same_data_same_bytes(make_report):
    assert render_html(make_report("R")) == render_html(make_report("R"))


def test_the_footer_tells_rules_fingerprint_and_purpose(make_report):
    report = make_report("R")
    page = render_html(report)
    said = f"rules {report.rules_version} · data {report.fingerprint[:16]} · as of 2026-07-20 · not for diagnosis"
    assert page.count(said) == 3  # both feet on the screen, the margin of every printed page
    assert 'content: "page " counter(page) " of " counter(pages)' in page
    assert "<title>Patient report</title>" in page


def test_verdicts_and_status_are_told_in_words_and_shapes(make_report):
    page = render_html(make_report("R"))
    row = page[page.index("C3 normalised") :].split("</tr>")[0]
    assert re.findall(r'<td class="(\w+)">.*?href="#(\w+)".*?</svg>([a-z]+(?: met)?)', row) == [
        ("not_met", "not_met", "not met"),
        ("met", "met", "met"),
        ("met", "met", "met"),
    ]


def test_paper_sizes(make_report):
    report = make_report("R")
    assert "size: 210.0mm 297.0mm" in render_html(report)
    assert "size: 215.9mm 279.4mm" in render_html(report, paper="letter")


def test_the_chart_is_valid_svg_with_every_result_and_dose(make_report):
    page = render_html(make_report("R"))
    chart = ElementTree.fromstring(page[page.index('<svg class="timeline"') :].split("</svg>")[0] + "</svg>")
    hints = [node.text for node in chart.iter("{http://www.w3.org/2000/svg}title")][1:]
    assert sum(" on 2026" in hint or " on 2025" in hint for hint in hints) >= 15 + 5
    assert any(hint.startswith("dsDNA < 10 IU/mL on 2026-06-20") for hint in hints)
    assert any("Belimumab dose 4 700 mg on 2026-03-30" in hint for hint in hints)


def test_a_batch_is_a_zip_of_nameless_files_with_a_list(make_report):
    seen, out, again = [], io.BytesIO(), io.BytesIO()
    write_reports(out, ["R", "NI"], make_report, progress=lambda done, total: seen.append((done, total)))
    write_reports(again, ["R", "NI"], make_report)
    assert seen == [(1, 2), (2, 2)] and out.getvalue() == again.getvalue()
    with zipfile.ZipFile(out) as archive:
        assert archive.namelist() == ["report-001.html", "report-002.html", "index.html"]
        assert archive.read("report-001.html").decode() == render_html(make_report("R"))
        index = archive.read("index.html").decode()
    assert "Case &amp; one (R)" in index and 'href="report-002.html"' in index


def test_pdf_without_a_browser_is_refused_before_any_work(make_report):
    report = make_report("R")
    with pytest.raises(pdf.NoBrowser, match="PDF needs Chromium"):
        pdf.print_pdf("<p>", browser=None, as_of=report.as_of)
    with pytest.raises(pdf.NoBrowser):
        write_reports(io.BytesIO(), ["R"], lambda _: pytest.fail("made a report"), kind="pdf")


def test_the_browser_is_the_one_said_else_one_on_the_path(monkeypatch, tmp_path: Path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert pdf.find_browser() is None and pdf.find_browser(str(tmp_path / "gone")) is None
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    assert pdf.find_browser() == str(program) == pdf.find_browser(str(program))


def test_a_browser_that_fails_is_told_in_one_line(make_report, tmp_path: Path):
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    with pytest.raises(pdf.LupusmonError, match=r"printing failed \(status 3\); choose .html"):
        pdf.print_pdf("<p>", browser=str(program), as_of=make_report("R").as_of)
