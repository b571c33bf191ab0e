"""`lupusmon report` as a clinician's assistant or a script uses it (CONTRACT 1, PRODUCT 6)."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

from lupusmon.reports.pdf import find_browser

SAMPLE = Path(__file__).parents[2] / "sample_data"
BROWSER = find_browser(os.environ.get("BROWSER_PATH"))
needs_chromium = pytest.mark.skipif(
    BROWSER is None and os.environ.get("CI") != "true", reason="PDF needs Chromium"
)  # CI has one


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lupusmon", *map(str, arguments)]
    env = os.environ | environment
    return subprocess.run(command, capture_output=True, text=True, cwd=SAMPLE.parent, timeout=120, env=env)


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.S)).split())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of one patient from files, and the tables of the same run."""
    folder = tmp_path_factory.mktemp("report")
    done = run("report", "P0001", "--from", SAMPLE, "--out", folder / "report.html")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert run("analyze", SAMPLE, "--out", folder / "tables").returncode == 0
    return folder


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["patient_id"] == "P0001"]


def test_every_result_of_the_tables_is_in_the_report_with_file_and_line(made: Path) -> None:
    text = text_of((made / "report.html").read_text(encoding="utf-8"))
    own = rows(made, "results")
    assert len(own) > 100 and f"{len(own)} results from" in text
    for row in own:
        assert f"{row['source_file']}, line {row['source_line']}" in text
        assert f"{row['raw_value'].strip()}" in text


def test_every_verdict_of_the_ledger_is_the_one_of_the_tables(made: Path) -> None:
    page = (made / "report.html").read_text(encoding="utf-8")
    short = {"met": "met", "not_met": "not met", "not_assessable": "cannot tell", "not_applicable": "n/a"}
    own = {
        (r["criterion"], r["week"]): short[r["verdict"]]
        for r in rows(made, "responses")
        if r["course_id"] == "cyclophosphamide-1"
    }
    names = {"sri_lab": "SRI-style, simplified, labs only", "lldas": "LLDAS", "renal_crr": "CRR (BLISS-LN)"}
    for criterion, name in names.items():
        row = page[page.index(f'class="criterion">{name}') :].split("</tr>")[0]
        found = [text_of(cell).removesuffix(" edge") for cell in re.findall(r"<td.*?</td>", row, flags=re.S)]
        assert found == [own[criterion, week] for week in ("12", "24", "52", "latest")], name


def test_baselines_of_the_tables_are_the_key_numbers(made: Path) -> None:
    text = text_of((made / "report.html").read_text(encoding="utf-8"))
    for row in rows(made, "baselines"):
        if row["course_id"] == "cyclophosphamide-1" and row["analyte"] in ("C3", "C4", "DSDNA", "PLT"):
            unit = {"PLT": "×10⁹/L"}.get(row["analyte"], row["unit"])
            assert f"{float(row['value']):g} {unit} {row['collected_at'][:10]}" in text


def test_same_input_same_bytes(made: Path, tmp_path: Path) -> None:
    assert run("report", "P0001", "--from", SAMPLE, "--out", tmp_path / "again.html").returncode == 0
    assert (tmp_path / "again.html").read_bytes() == (made / "report.html").read_bytes()


def test_a_report_from_the_store_is_the_one_from_the_files(made: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    files = sorted(p for p in SAMPLE.glob("*.csv") if p.name != "truth.csv")
    assert run("import", *files, "--database", url).returncode == 0
    done = run("report", "P0001", "--database", url, "--out", tmp_path / "stored.html")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "stored.html").read_bytes() == (made / "report.html").read_bytes()


def test_masked_and_of_an_earlier_day(tmp_path: Path) -> None:
    out = tmp_path / "masked.html"
    done = run("report", "P0001", "--from", SAMPLE, "--out", out, "--mask", "--as-of", "2026-01-15", "--units", "si")
    assert done.returncode == 0
    page = out.read_text(encoding="utf-8")
    assert "P0001" not in page and "LU-001" not in page and "labs.csv" not in page
    assert "as of 2026-01-15" in text_of(page) and " g/L " in text_of(page)


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("NOBODY", "--from", SAMPLE, "--out", "x.html"), 'patient "NOBODY": not among the 60 patients'),
        (("P0001", "--from", SAMPLE, "--out", "x.docx"), "a report ends in .html or .pdf"),
        (("P0001", "--from", SAMPLE / "none.csv", "--out", "x.html"), "none.csv"),
        (("P0001", "--from", SAMPLE, "--out", "no/folder/x.html"), "no/folder/x.html"),
        (("P0001", "--from", SAMPLE, "--database", "sqlite://", "--out", "x.html"), "not from both"),
        (("P0001", "--from", SAMPLE, "--out", "x.html", "--as-of", "soon"), '"soon" is not a date'),
        (("P0001",), "--out"),
    ],
)
def test_what_cannot_be_done_is_one_plain_line(arguments: tuple, message: str) -> None:
    done = run("report", *arguments)
    assert done.returncode == 2 and done.stdout == ""
    assert message in done.stderr and done.stderr.count("\n") == 1 and "Traceback" not in done.stderr


def test_pdf_without_a_browser_says_what_to_do(tmp_path: Path) -> None:
    done = run("report", "P0001", "--from", SAMPLE, "--out", tmp_path / "x.pdf", BROWSER_PATH="/no/browser")
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "BROWSER_PATH: /no/browser" in done.stderr and "choose .html" in done.stderr


@needs_chromium
@pytest.mark.browser
@pytest.mark.parametrize("paper, size", [("a4", "595 x 842"), ("letter", "612 x 792")])
def test_pdf_has_one_page_for_the_reader_and_the_table_behind_it(paper: str, size: str, tmp_path: Path) -> None:
    outs = [tmp_path / "one.pdf", tmp_path / "two.pdf"]
    for out in outs:
        assert run("report", "P0001", "--from", SAMPLE, "--out", out, "--paper", paper).returncode == 0
    assert outs[0].read_bytes() == outs[1].read_bytes()
    missing = shutil.which("pdfinfo") is None or shutil.which("pdftotext") is None
    if missing and os.environ.get("CI") != "true":
        pytest.skip("poppler is not installed")
    told = subprocess.run(["pdfinfo", outs[0]], capture_output=True, text=True, check=True).stdout
    pages = int(re.search(r"Pages:\s+(\d+)", told)[1])
    width, height = (round(float(v)) for v in re.search(r"Page size:\s+([\d.]+) x ([\d.]+)", told).groups())
    assert pages >= 2 and f"{width} x {height}" == size
    first, second = (pdf_text(outs[0], page) for page in (1, 2))
    for text in ("LU-001 (P0001)", "Response ledger", "Key numbers", "Data gaps", "not for diagnosis"):
        assert text in first, text
    assert f"page 1 of {pages}" in first and f"page 2 of {pages}" in second
    assert "All results, the latest first" in second and "All results, the latest first" not in first


def pdf_text(path: Path, page: int) -> str:
    command = ["pdftotext", "-layout", "-f", str(page), "-l", str(page), str(path), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_key_numbers_are_those_of_the_screen() -> None:
    from lupusmon.ingest import read_files
    from lupusmon.output.people import build_assessments, build_patients
    from lupusmon.patient_tables import select_patient
    from lupusmon.pipeline import analyze_tables, to_day
    from lupusmon.quality.assemble import assemble
    from lupusmon.reports.key_numbers import list_key_numbers
    from lupusmon.ui.lab_rows import build_lab_table

    read = read_files([SAMPLE])
    analysis = analyze_tables(read)
    cohort = assemble(read, as_of=to_day(analysis.as_of)).cohort
    people = {"assessments": build_assessments(cohort), "patients": build_patients(cohort)}
    for patient_id in ("P0001", "00449", "00753"):
        own = select_patient(analysis, patient_id, **people)
        course = own.courses.iloc[-1]["course_id"]
        grid = build_lab_table(own, course, as_of=analysis.as_of, units="conventional")
        screen = {(row["cells"][0]["text"], row["key"].split("|")[1]): row["cells"] for row in grid.rows}
        for number in list_key_numbers(own, course, as_of=analysis.as_of, units="conventional"):
            _, _, latest, baseline, change, limits, *_ = screen[number.test, number.assay]
            assert (number.latest, number.at) == (latest["text"], latest["sub"][:10])
            assert (number.baseline, number.baseline_at) == (
                ("", "") if baseline is None else (baseline["text"], baseline["sub"])
            )
            assert number.limits == ("" if limits is None else limits["text"])
            if change is not None:
                assert change["text"].startswith(number.change)
                direction = change["text"].removeprefix(number.change).strip()
                assert number.change_words == ", ".join(part for part in (direction, change["sub"]) if part)
