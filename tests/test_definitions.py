"""Documentation is tested: every analyte, drug, criterion, table and command stands where it is promised (STYLE 25)."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from lupusmon.analysis.criteria.registry import CRITERIA, CRITERION_CODES
from lupusmon.clinical import thresholds
from lupusmon.clinical.alert_rules import ALERT_RULES
from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.drugs import DRUGS, REGIMENS
from lupusmon.clinical.flare_rules import FLARE_RULES
from lupusmon.clinical.references import REFERENCES, UNVERIFIED

ROOT = Path(__file__).parents[1]
RULES = (ROOT / "lupusmon/README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", CRITERION_CODES)
def test_every_criterion_is_listed_with_its_checks_and_source(code: str) -> None:
    line = next(line for line in RULES.splitlines() if line.startswith(f"| `{code}` |"))
    for criterion in CRITERIA:
        if criterion.code == code:
            assert criterion.source in line
            for check in criterion.checks:
                assert f"`{check.code}`" in line, check.code


def test_every_alert_and_flare_rule_is_listed() -> None:
    for alert in ALERT_RULES.values():
        assert f"| `{alert.code}` | {alert.severity.value} | {alert.rule} |" in RULES, alert.code
    for flare in FLARE_RULES:
        assert flare.rule in RULES, flare.rule


def test_every_source_key_is_spelled_out() -> None:
    used = {a.limit_source for a in ANALYTES.values()} | {a.cv_source for a in ANALYTES.values()}
    used |= {r.source for r in REGIMENS.values()} | {c.source for c in CRITERIA}
    assert used - {""} <= set(REFERENCES)
    assert set(REFERENCES) >= UNVERIFIED


def test_every_number_of_variation_has_a_source() -> None:
    for analyte in ANALYTES.values():
        assert (analyte.cv_i is None) == (analyte.cv_source == ""), analyte.code
        has_limit = analyte.default_low is not None or analyte.default_high is not None
        assert has_limit == (analyte.limit_source != ""), analyte.code


def test_every_drug_has_a_regimen_and_the_other_way_round() -> None:
    assert {code for drug in DRUGS.values() for code in drug.regimens} == set(REGIMENS)
    assert all(REGIMENS[code].drug == drug.code for drug in DRUGS.values() for code in drug.regimens)


def test_criteria_codes_are_those_of_the_contract() -> None:
    expected = (
        "sri_lab bicla_lab sri_4 sri_5 sri_6 sri_7 sri_8 bicla lldas doris renal_complete renal_partial renal_perr "
    )
    expected += "renal_crr renal_crr_aurora renal_eular platelets_iwg c3_normalised c4_normalised dsdna_normalised"
    assert list(CRITERION_CODES) == expected.split()


def test_no_number_sits_inside_a_check() -> None:
    """Thresholds live in clinical/: the check modules hold no decimal number of their own."""
    for path in (ROOT / "lupusmon/analysis/criteria").glob("[clo]*.py"):
        code = re.sub(r'"""[\s\S]*?"""|#.*|f?"[^"\n]*"', "", path.read_text(encoding="utf-8"))
        assert set(re.findall(r"\d+\.\d+", code)) <= {"0.0"}, path.name


def test_thresholds_are_documented_constants() -> None:
    assert all(name.isupper() for name in vars(thresholds) if not name.startswith("__"))
    assert fields(next(iter(ANALYTES.values())))


def test_readme_names_the_two_commands_and_the_licence() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme.count("python3 -m venv .venv") == 2
    assert "streamlit run dashboard.py" in readme and ".venv/bin/pytest" in readme
