"""`import`, `export`, `undo` and `history` as a coordinator or a script uses them (CONTRACT 1, 6)."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from lupusmon import cli
from lupusmon.marks import pin_result
from lupusmon.storage import EditKind, Store
from tests.stored_files import BY, FILES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of files of different names."""
    for key in ("january", "doses", "assessed", "conflict"):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / FILES[key][0]).write_text(FILES[key][1])
    return tmp_path / "in"


def run(capsys: pytest.CaptureFixture, *arguments: object) -> tuple[int, str, str]:
    status = cli.main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    return status, said.out, said.err


def files_of(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir()}


def test_export_is_byte_for_byte_what_analyze_writes(capsys, database_url: str, folder: Path, tmp_path: Path) -> None:
    status, out, err = run(capsys, "import", folder, "--database", database_url)
    assert (status, err) == (0, "")
    assert "stored as import 1" in out
    assert "total: 14 read = 9 accepted, 0 identical, 2 superseded, 2 rejected, 1 ignored" in out
    run(capsys, "export", "--out", tmp_path / "a", "--database", database_url)
    run(capsys, "analyze", folder, "--out", tmp_path / "b")
    assert files_of(tmp_path / "a") == files_of(tmp_path / "b")
    assert len(files_of(tmp_path / "a")) > 10
    run(
        capsys,
        "export",
        "--out",
        tmp_path / "c",
        "--database",
        database_url,
        "--tables",
        "courses",
        "--format",
        "parquet",
    )
    assert sorted(files_of(tmp_path / "c")) == ["courses.parquet", "receipt.json"]


def test_import_prints_the_receipt_that_check_prints(capsys, database_url: str, folder: Path) -> None:
    checked = run(capsys, "check", folder)[1]
    Store(database_url).close()
    dry = run(capsys, "import", folder, "--database", database_url, "--dry-run")[1]
    assert dry == checked + "dry run: nothing was stored\n"
    assert "no imports yet" in run(capsys, "history", "--database", database_url)[1]


def test_a_dry_run_without_a_store_says_so_and_makes_none(capsys, new_database, folder: Path, tmp_path: Path) -> None:
    database_url, checked = new_database(), run(capsys, "check", folder)[1]
    before = sorted(tmp_path.rglob("*"))
    status, out, err = run(capsys, "import", folder, "--database", database_url, "--dry-run")
    assert (status, out) == (0, checked + "dry run: nothing was stored\n")
    assert "does not exist" in err and err.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before
    assert run(capsys, "history", "--database", database_url)[0] == 2


@pytest.mark.parametrize(
    "command", [["history"], ["export", "--out", "out"], ["undo", "1"], ["report", "P1", "--out", "r.html"]]
)
def test_a_mistyped_store_is_said_and_not_made(capsys, new_database, tmp_path: Path, monkeypatch, command) -> None:
    monkeypatch.chdir(tmp_path)
    for url in (new_database(), f"sqlite:///{tmp_path}/no/such/folder/store.db"):
        status, out, err = run(capsys, *command, "--database", url)
        assert (status, out) == (2, "")
        assert err.count("\n") == 1 and "does not exist; check --database" in err
    assert list(tmp_path.iterdir()) == []


def test_importing_again_says_so_and_ends_with_0(capsys, database_url: str, folder: Path) -> None:
    run(capsys, "import", folder, "--database", database_url)
    status, out, _ = run(capsys, "import", folder, "--database", database_url)
    assert status == 0
    assert out.count("already imported") == 4
    assert "nothing was stored" in out
    assert run(capsys, "history", "--database", database_url)[1].count("import ") == 1


def test_undo_and_history(capsys, database_url: str, folder: Path, tmp_path: Path) -> None:
    run(capsys, "import", folder / "labs.csv", "--database", database_url)
    run(capsys, "import", folder / "march.csv", "--database", database_url)
    status, out, _ = run(capsys, "undo", "1", "--database", database_url)
    assert (status, out) == (0, "import 1 was taken back: labs.csv\n")
    lines = run(capsys, "history", "--database", database_url)[1].splitlines()
    assert [line.split(":")[0] for line in lines if line.startswith("import")] == ["import 2", "import 1"]
    assert "undone" in lines[2]
    run(capsys, "export", "--out", tmp_path / "a", "--database", database_url)
    run(capsys, "analyze", folder / "march.csv", "--out", tmp_path / "b")
    assert files_of(tmp_path / "a") == files_of(tmp_path / "b")
    status, _, err = run(capsys, "undo", "1", "--database", database_url)
    assert status == 2 and err.count("\n") == 1 and "undone already" in err


def test_what_an_import_replaces_is_said(capsys, database_url: str, folder: Path) -> None:
    run(capsys, "import", folder / "labs.csv", "--database", database_url)
    out = run(capsys, "import", folder / "march.csv", "--database", database_url, "--dry-run")[1]
    assert 'labs.csv, line 2: replaced by march.csv, line 2: value "62" -> "65"' in out


def test_a_mapping_is_saved_with_its_source_and_used_again(capsys, database_url: str, tmp_path: Path) -> None:
    mapping = tmp_path / "lab.toml"
    mapping.write_text(
        '[labs.columns]\npatient_id = "mrn"\ncollected_at = "taken"\nanalyte = "test"\nvalue = "res"\nunit = "u"\n'
    )
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text(f"mrn,taken,test,res,u\nP{name},2025-01-03,C3,80,mg/dL\n")
    said = ["--database", database_url, "--source", "Lab A"]
    assert run(capsys, "import", tmp_path / "a.csv", *said)[0] == 2
    assert run(capsys, "import", tmp_path / "a.csv", *said, "--mapping", mapping)[0] == 0
    status, out, _ = run(capsys, "import", tmp_path / "b.csv", *said)
    assert status == 0 and "read with the mapping saved for it, lab.toml" in out and "stored as import 2" in out


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["import", "none.csv"], "there is no such file"),
        (["import", "."], "a folder inside it is to be named itself"),
        (["undo", "3"], "does not exist"),
        (["undo", "x"], "usage|IMPORT"),
        (["export", "--out", "o", "--tables", "nonsense"], "no table nonsense"),
        (["export", "--out", "o", "--as-of", "soon"], "is not a date"),
    ],
)
def test_errors_are_one_plain_line(capsys, tmp_path: Path, monkeypatch, arguments: list[str], said: str) -> None:
    monkeypatch.setenv("LUPUSMON_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    try:
        status = cli.main(arguments)
    except SystemExit as stop:
        status = stop.code
    err = capsys.readouterr().err
    assert status == 2 and err.count("\n") == 1
    assert any(part in err for part in said.split("|"))


def test_the_store_is_a_file_in_the_home_folder(capsys, tmp_path: Path, monkeypatch, folder: Path) -> None:
    monkeypatch.setenv("LUPUSMON_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LUPUSMON_DATABASE_URL", raising=False)
    run(capsys, "import", folder)
    assert (tmp_path / "home" / "lupusmon.db").is_file()
    assert subprocess.run(["ls", tmp_path / "home"], capture_output=True, text=True).stdout.split() == ["lupusmon.db"]


PIN = {"patient_id": "P1", "course_id": "belimumab-1", "slot": "baseline", "analyte": "C3"}


def test_export_with_pins_is_what_analyze_says_with_its_pins_file(
    capsys, database_url: str, folder: Path, tmp_path: Path
) -> None:
    early = "patient_id,collected_at,analyte,value,unit\nP1,2024-12-20,C3,95,mg/dL\n"
    (folder / "early.csv").write_text(early)
    run(capsys, "import", folder, "--database", database_url)
    plain = tmp_path / "plain"
    run(capsys, "analyze", folder, "--out", plain)
    store = Store(database_url)
    pin_result(store, **PIN, source_file="early.csv", source_line=2, reason="=before the flare", **BY)
    store.close()
    out, again = tmp_path / "a", tmp_path / "b"
    status, _, err = run(capsys, "export", "--out", out, "--database", database_url)
    assert status == 0 and "1 applied, 0 not" in err
    assert "P1,belimumab-1,baseline,C3,,2024-12-20,95,'=before the flare,coordinator" in (out / "pins.csv").read_text()
    assert '"pins": {\n  "applied": 1' in (out / "receipt.json").read_text()
    assert run(capsys, "analyze", folder, "--out", again, "--pins", out / "pins.csv")[0] == 0
    assert files_of(out) == files_of(again) != files_of(plain)
    assert "P1,belimumab-1,C3,,95,,mg/dL,2024-12-20" in (out / "baselines.csv").read_text()
    store = Store(database_url)
    store.edit(
        EditKind.PIN, active=False, patient_id="P1", subject=store.edits()[0].subject, detail={}, reason="", **BY
    )
    store.close()
    run(capsys, "export", "--out", out, "--database", database_url)
    assert files_of(out) == files_of(plain)


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "patient_id\n"])
def test_a_file_that_holds_no_pins_is_refused_in_one_line(capsys, folder: Path, tmp_path: Path, content: str) -> None:
    (tmp_path / "p.csv").write_text(content)
    for name in ("p.csv", "none.csv"):
        status, _, err = run(capsys, "analyze", folder, "--out", tmp_path / "o", "--pins", tmp_path / name)
        assert status == 2 and err.count("\n") == 1 and name in err
