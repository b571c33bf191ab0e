"""The command line as a coordinator or a script uses it (CONTRACT 1)."""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from lupusmon import cli
from lupusmon.tables import OUTPUTS
from lupusmon.version import __version__

SAMPLE = Path(__file__).parents[2] / "sample_data"
HEADER = "patient_id,collected_at,analyte,value,unit\n"


def run(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lupusmon", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd or SAMPLE.parent, timeout=120)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    done = run("analyze", SAMPLE, "--out", out)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return out


def test_analyze_writes_every_table_of_the_contract(analysed: Path) -> None:
    for name, columns in OUTPUTS.items():
        with (analysed / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            assert next(csv.reader(file))[: len(columns)] == [column.name for column in columns], name


def test_every_file_of_the_sample_balances(analysed: Path) -> None:
    receipt = json.loads((analysed / "receipt.json").read_text())
    outcomes = ("accepted", "identical", "superseded", "rejected", "ignored")
    for entry in (*receipt["files"], receipt["totals"]):
        assert entry["read"] == sum(entry[name] for name in outcomes), entry
    assert receipt["totals"]["accepted"] > 5000


def test_one_issue_for_every_row_that_was_not_taken(analysed: Path) -> None:
    totals = json.loads((analysed / "receipt.json").read_text())["totals"]
    outcomes = [row["outcome"] for row in rows(analysed / "issues.csv")]
    for outcome in ("rejected", "superseded", "ignored"):
        assert outcomes.count(outcome) == totals[outcome]


def test_the_demo_cohort_gets_the_verdicts_it_was_built_for(analysed: Path) -> None:
    key = ("patient_id", "course_id", "week", "criterion")
    verdict = {tuple(row[k] for k in key): row["verdict"] for row in rows(analysed / "responses.csv")}
    expected = [row for row in rows(SAMPLE / "truth.csv") if row["criterion"]]
    wrong = [row for row in expected if verdict[tuple(row[k] for k in key)] != row["expected"]]
    assert len(expected) > 3000 and not wrong


def test_same_input_same_bytes(analysed: Path, tmp_path: Path) -> None:
    run("analyze", SAMPLE, "--out", tmp_path)
    for path in sorted(analysed.iterdir()):
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


def test_parquet_holds_what_the_csv_holds(analysed: Path, tmp_path: Path) -> None:
    run("analyze", SAMPLE, "--out", tmp_path, "--format", "parquet", "--tables", "results,trends,responses")
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "receipt.json",
        "responses.parquet",
        "results.parquet",
        "trends.parquet",
    ]
    table = pq.read_table(tmp_path / "responses.parquet").to_pylist()
    text = rows(analysed / "responses.csv")
    assert [{k: v or "" for k, v in row.items()} for row in table] == text


@pytest.mark.parametrize("command", ["", "analyze", "check", "demo", "import", "report", "export", "undo", "history"])
def test_every_command_has_a_version_and_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    for option, begins in (("--version", f"lupusmon {__version__} (rules "), ("--help", f"usage: lupusmon {command}")):
        with pytest.raises(SystemExit) as ended:
            cli.main([*command.split(), option])
        assert ended.value.code == 0
        assert capsys.readouterr().out.startswith(begins)


def test_check_prints_lines_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "march.csv").write_text(HEADER + "P1,2025-01-31,UPCR,12,mg/gl\nP1,2025-01-31,C3,90,mg/dL\n")
    done = run("check", tmp_path / "march.csv", cwd=tmp_path)
    assert done.returncode == 0
    assert 'march.csv, line 2, unit: rejected: "mg/gl"' in done.stdout
    assert "2 read = 1 accepted, 0 identical, 0 superseded, 1 rejected, 0 ignored" in done.stdout
    assert [p.name for p in tmp_path.iterdir()] == ["march.csv"]


def test_check_prints_what_the_terminal_cannot_show_as_an_escape(tmp_path: Path) -> None:
    (tmp_path / "labs.csv").write_text(HEADER + "A,2025-01-05,TSHµ,1,x\n", encoding="utf-8")
    command = [sys.executable, "-m", "lupusmon", "check", "labs.csv"]
    plain = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=plain, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert '"TSH\\xb5" is not monitored' in done.stdout


def test_check_prints_one_line_for_an_issue_whose_value_has_two(tmp_path: Path) -> None:
    (tmp_path / "labs.csv").write_text(HEADER + 'A,2025-01-05,C3,"8\n0 x",mg/dL\n')
    lines = run("check", "labs.csv", cwd=tmp_path).stdout.splitlines()
    assert len(lines) == 3 and lines[0].startswith('labs.csv, line 2, value: rejected: "8 0 x"')


def test_a_stopped_command_says_so_in_one_line(monkeypatch, capsys: pytest.CaptureFixture[str]) -> None:
    def stop(options):
        raise KeyboardInterrupt

    monkeypatch.setattr("lupusmon.cli.commands.run_check", stop)
    assert cli.main(["check", str(SAMPLE)]) == 130
    assert capsys.readouterr().err == "lupusmon: stopped before it was done\n"


def test_strict_ends_with_1_when_a_row_was_rejected(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(HEADER + "P1,2025-01-31,C3,-3,mg/dL\n")
    assert run("analyze", tmp_path / "a.csv", "--out", tmp_path / "o", "--strict").returncode == 1
    assert run("analyze", tmp_path / "a.csv", "--out", tmp_path / "o").returncode == 0


BAD_FILES: dict[str, bytes] = {
    "empty": b"",
    "no needed column": b"foo,bar\n1,2\n",
    "labs without a value column": b"patient_id,collected_at,analyte,unit\nP1,2025-01-31,C3,mg/dL\n",
    "binary": bytes(range(256)) * 40,
    "NUL bytes": HEADER.encode() + b"P1,2025-01-31,C3,9\x000,mg/dL\nP2,2025-01-31,C3,90,mg/dL\n",
    "one long line": b"x" * 10_000_000,
    "duplicate header": b"patient_id,collected_at,analyte,value,value,unit\nP1,2025-01-31,C3,1,2,mg/dL\n",
    "every date could be read both ways": HEADER.encode() + b"P1,03/04/2025,C3,90,mg/dL\nP1,05/06/2025,C3,91,mg/dL\n",
}


@pytest.mark.parametrize("content", BAD_FILES.values(), ids=BAD_FILES.keys())
def test_an_unusable_file_ends_with_one_plain_line_and_status_2(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_bytes(content)
    done = run("analyze", tmp_path / "bad.csv", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and "bad.csv" in done.stderr and len(done.stderr) < 600
    assert not (tmp_path / "out").exists()


ODD_FILES: dict[str, tuple[bytes, int]] = {
    "header only": (HEADER.encode(), 0),
    "mixed encodings": (
        HEADER.encode() + "P1,2025-01-31,PLT,200,K/µL\n".encode() + "P2,2025-01-31,PLT,210,K/µL\n".encode("cp1252"),
        2,
    ),
    "dates of 1900 and 2199": (HEADER.encode() + b"P1,1900-01-01,C3,90,mg/dL\nP1,2199-01-01,C3,90,mg/dL\n", 2),
    "1e308": (HEADER.encode() + b"P1,2025-01-31,WBC,1e308,10*12/L\nP1,2025-01-31,C3,1e308,mg/dL\n", 2),
    "formula": (HEADER.encode() + b"=cmd|' /C calc'!A0,2025-01-31,C3,=1+1,mg/dL\n", 1),
    "a line break in quotes": (HEADER.encode() + b'P1,2025-01-31,C3,"9\n0",mg/dL\nP1,2025-02-01,C3,95,mg/dL\n', 2),
}


@pytest.mark.parametrize("content, read", ODD_FILES.values(), ids=ODD_FILES.keys())
def test_an_odd_file_still_balances(content: bytes, read: int, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_bytes(content)
    done = run("analyze", tmp_path / "odd.csv", "--out", tmp_path / "out", "--as-of", "2025-12-31")
    assert done.returncode == 0, done.stderr
    totals = json.loads((tmp_path / "out/receipt.json").read_text())["totals"]
    assert totals["read"] == read == sum(totals[n] for n in totals if n != "read")


@pytest.mark.parametrize(
    ("names", "written"),
    [("receipt", ["receipt.json"]), ("receipt,trends", ["receipt.json", "trends.csv"])],
)
def test_the_receipt_may_be_named_though_it_is_written_always(names: str, written: list[str], tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(HEADER + "P1,2025-01-31,C3,90,mg/dL\n")
    done = run("analyze", tmp_path / "a.csv", "--out", tmp_path / "o", "--tables", names)
    assert (done.returncode, sorted(path.name for path in (tmp_path / "o").iterdir())) == (0, written)


def test_ids_with_leading_zeros_stay_text_and_formulas_are_made_harmless(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(HEADER + "007,2025-01-31,C3,90,mg/dL\n@SUM(A1),2025-01-31,C3,90,mg/dL\n")
    run("analyze", tmp_path / "a.csv", "--out", tmp_path / "o")
    assert [row["patient_id"] for row in rows(tmp_path / "o/results.csv")] == ["007", "'@SUM(A1)"]


def test_results_that_are_signs_alone_keep_their_text(tmp_path: Path) -> None:
    signs = ["+", "++", "+++", "+/-", "(+)"]
    lines = [f"P{i},2025-01-31,DSDNA,{sign},\n" for i, sign in enumerate(signs)]
    (tmp_path / "a.csv").write_text(HEADER + "".join(lines))
    run("analyze", tmp_path / "a.csv", "--out", tmp_path / "o")
    assert [row["raw_value"] for row in rows(tmp_path / "o/results.csv")] == signs


@pytest.mark.parametrize(("out", "advice"), [("a.csv", "folder is needed"), ("a.csv/o", "folder is needed")])
def test_an_output_folder_that_cannot_be_made_says_what_to_do(out: str, advice: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(HEADER + "P1,2025-01-31,C3,90,mg/dL\n")
    done = run("analyze", "a.csv", "--out", out, cwd=tmp_path)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"lupusmon: {out}: ") and f"{advice}; give another path" in done.stderr


def test_compressed_files_read_the_same(tmp_path: Path) -> None:
    content = (HEADER + "P1,2025-01-31,C3,90,mg/dL\n").encode()
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(content))
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("inner.csv", content)
    for name in ("a.csv.gz", "b.zip"):
        run("analyze", tmp_path / name, "--out", tmp_path / "o")
        assert json.loads((tmp_path / "o/receipt.json").read_text())["totals"]["accepted"] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("analyze", "nowhere.csv", "--out", "o"),
        ("analyze", SAMPLE),
        ("analyze", SAMPLE, "--out", "o", "--as-of", "yesterday"),
        ("analyze", SAMPLE, "--out", "o", "--tables", "nonsense"),
        ("analyze", SAMPLE, "--out", "o", "--workers", "0"),
        ("analyze", SAMPLE, "--out", "o", "--workers", "many"),
        ("analyze", SAMPLE, "--out", "o", "--tables", ","),
        ("analyze", SAMPLE, "--out", ""),
        ("demo", "--out", "o", "--seed", "-5"),
        ("undo", "9" * 30),
        ("import", "nowhere.csv", "--dry-run", "--database", "sqlite:///none.db"),
        ("nonsense",),
    ],
)
def test_unusable_arguments_end_with_one_line_and_status_2(arguments: tuple, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lupusmon", *map(str, arguments)], capture_output=True, text=True, cwd=tmp_path
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr


def test_demo_writes_the_same_cohort_for_the_same_seed(tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert run("demo", "--out", tmp_path / name, "--patients", 5, "--seed", 3).returncode == 0
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
