"""Who may import whom, and which heavy library lives where (lupusmon/README.md)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "lupusmon"

LEAVES = {"clean", "clinical", "errors", "issues", "rounding", "settings", "sorting", "tables", "text", "version"}
MAY_IMPORT: dict[str, set[str]] = {
    "clinical": {"clinical", "text"},
    "text": {"text", "sorting"},
    "rounding": {"clinical"},
    "sorting": set(),
    "clean": {"text", "clinical", "sorting"},
    "errors": set(),
    "issues": set(),
    "settings": {"errors"},
    "tables": {"clinical"},
    "version": set(),
    "ingest": LEAVES | {"ingest"},
    "quality": LEAVES | {"quality", "ingest.source"},
    "analysis": LEAVES | {"analysis"},
    "output": LEAVES | {"output", "analysis", "quality.assemble"},
    "storage": LEAVES | {"storage", "ingest.source"},
    "demo": LEAVES | {"demo"},
    "figures": LEAVES | {"figures"},
    "words": {"clinical", "analysis.criteria.registry"},
    "flare_alerts": {"clinical"},
    "default_labs": {"figures", "patient_tables"},
    "patient_tables": {"clinical", "result", "flare_alerts"},
    "missing": {"clinical"},
    "si_words": {"clinical", "missing", "figures.theme"},
    "narrative": LEAVES | {"words", "figures", "missing", "patient_tables", "narrative_changes", "flare_alerts"},
    "narrative_changes": LEAVES | {"words", "figures", "missing", "patient_tables"},
    "data_notes": LEAVES | {"words", "figures", "missing", "patient_tables"},
    "reports": LEAVES
    | {
        "reports",
        "si_words",
        "words",
        "missing",
        "narrative",
        "data_notes",
        "figures",
        "patient_tables",
        "default_labs",
    },
}
HOMES: dict[str, set[str]] = {
    "streamlit": {"ui"},
    "starlette": {"ui"},
    "plotly": {"figures", "ui", "reports"},
    "sqlalchemy": {"storage"},
    "alembic": {"storage"},
    "argparse": {"cli"},
    "openpyxl": {"ingest"},
    "jinja2": {"reports"},
    "dask": {"scale"},
    "distributed": {"scale"},
}
CLOCK_AND_ENVIRONMENT = {"ui", "cli", "settings"}  # the shell


def _modules() -> list[tuple[str, Path]]:
    return [(str(path.relative_to(PACKAGE).with_suffix("")).replace("/", "."), path) for path in PACKAGE.rglob("*.py")]


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("module, path", _modules(), ids=[name for name, _ in _modules()])
def test_module_imports_only_what_its_place_allows(module: str, path: Path) -> None:
    place = module.split(".")[0]
    if place in MAY_IMPORT:
        for name in _imports(path):
            if name.startswith("lupusmon.") and name.split(".")[1] != "version":
                inner = name.removeprefix("lupusmon.")
                allowed = any(inner == a or inner.startswith(f"{a}.") for a in MAY_IMPORT[place])
                assert allowed or any(a.startswith(f"{inner}.") for a in MAY_IMPORT[place]), f"{module} imports {name}"
    for name in _imports(path):
        home = HOMES.get(name.split(".")[0])
        assert home is None or place in home, f"{module} imports {name}; its home is {home}"


@pytest.mark.parametrize("module, path", _modules(), ids=[name for name, _ in _modules()])
def test_only_the_shell_knows_the_clock_and_the_environment(module: str, path: Path) -> None:
    if module.split(".")[0] in CLOCK_AND_ENVIRONMENT:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            name = ast.unparse(node)
            assert name not in {"datetime.now", "datetime.utcnow", "date.today", "os.environ", "time.time"}, (
                f"{module}: {name}"
            )
