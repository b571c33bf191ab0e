"""How a laboratory's unit becomes ours."""

from __future__ import annotations

from fractions import Fraction
from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lupusmon.clinical.analytes import ANALYTES, CODES
from lupusmon.clinical.units import accepted_units, match_unit, si_unit, units_that_fit
from tests.unit.clinical.unit_tables import DSDNA, FACTORS, REFUSED


def spellings(text: str) -> list[str]:
    return [s.strip() for s in text.split(" |") if s.strip()]


# spellings met in public exports, as they were written (analyte, unit, factor to the canonical unit)
MET = """
PLT | K/uL K/µL 10*3/ul 10^9/l 10*9/l thou/ul x10e3/ul thou/cumm k/cumm x10e9/l THOUS/MCL thous/ul k/mcl GI/L | 1
PLT | E3/uL 10^9/L G/L nl /nl Giga/L x10^9/L 10*3/uL x10E3/uL K/mcL x10e*3 x10e+03/ul 10s3/ul 10s3ul 10^3 | 1
PLT | thousand/ul th/ul th/mm3 thous/mcl 1000/mcl 10**3/mm**3 K/UL THOUSAND/MM^3 X10^9/L 10*9/L X10^3 BIL/L | 1
PLT | K/CUMM Thousand/uL K/-¦L ×10³/μL "K/uL" | 1
PLT | #/ul /cmm cells/mcl cells/ul /MM3 10^3/mL | 0.001
PLT | 10^6/-¦L | 1000
C3 | mg/dL mg/dl | 1
C3 | g/L | 100
C4 | μg/mL | 0.1
DSDNA | IU/mL U/mL u/mL AU/mL titer kU/L TITRE | 1
UPCR | Ratio mg/mg g/gCre | 1
UPCR | mg/g mg/gm | 0.001
CREAT | mg/dL milligrams/dL MG% | 1
CREAT | umol/L µmol/L UMOL/L MKMOL/L MCMOL/L UIM/L | 0.011312217194570136
CREAT | mmol/L | 11.312217194570136
EGFR | mL/min/1.73m² mL/min/{1.73_m2} mL/min ml/min/1.73m2 | 1
ALB | gms% | 1
"""
MET_WITH_SPACES = [
    ("PLT", "10 billion/l", 1),
    ("PLT", "103 μL−1", 1),
    ("PLT", "10^9 L^−1", 1),
    ("PLT", "X10^3 UL", 1),
    ("UPCR", "g/g creatinine", 1),
    ("UPCR", "mg/g creat", 0.001),
    ("UPCR", "mg/g creatinina", 0.001),
    ("UPCR", "MCG/MG CR", 0.001),
    ("UACR", "mcg/mg cr", 1),
    ("UACR", "mg/g creat", 1),
    ("CREAT", "mg per dL", 1),
    ("EGFR", "mL/min/1.73 m²", 1),
    ("EGFR", "mL/min/1,73 sqm", 1),
]


def test_units_met_in_exports_are_read():
    for line in MET.strip().splitlines():
        analyte, units, factor = (cell.strip() for cell in line.split("|"))
        for unit in units.split():
            assert match_unit(unit, analyte).factor == pytest.approx(float(factor), rel=1e-12), (analyte, unit)


@pytest.mark.parametrize(("analyte", "unit", "factor"), MET_WITH_SPACES)
def test_units_with_spaces_met_in_exports_are_read(analyte, unit, factor):
    assert match_unit(unit, analyte).factor == pytest.approx(factor, rel=1e-12)


@pytest.mark.parametrize("analyte", FACTORS)
def test_many_spellings_give_the_factor_and_the_canonical_unit(analyte):
    for factor, text in FACTORS[analyte].items():
        for unit in spellings(text):
            found = match_unit(unit, analyte)
            assert found.problem == "", (analyte, unit, found)
            assert found.factor == pytest.approx(factor, rel=1e-12), (analyte, unit)
            assert (found.unit, found.suffix) == (ANALYTES[analyte].unit, ""), (analyte, unit)


@pytest.mark.parametrize("canonical", DSDNA)
def test_units_of_anti_dsdna_keep_apart(canonical):
    suffix = {"IU/mL": "", "{titer}": "titre"}.get(canonical, canonical)
    for unit in spellings(DSDNA[canonical]):
        found = match_unit(unit, "DSDNA")
        assert (found.problem, found.factor, found.unit, found.suffix) == ("", 1.0, canonical, suffix), unit


@pytest.mark.parametrize("analyte", REFUSED)
def test_what_is_no_unit_of_the_analyte_is_refused(analyte):
    for unit in spellings(REFUSED[analyte]):
        found = match_unit(unit, analyte)
        assert found.problem in ("unknown", "impossible"), (analyte, unit, found)
        assert isnan(found.factor)


@pytest.mark.parametrize("analyte", CODES)
@pytest.mark.parametrize(
    "unit", ["", "  ", "NO UNITS", "n/a", "N/A", "none", "-", "(-)", "—", "\u200b", "NULL", "No unit"]
)
def test_no_unit_is_missing(analyte, unit):
    assert match_unit(unit, analyte).problem == "missing"


def test_a_unit_of_another_quantity_is_impossible_and_a_strange_word_unknown():
    assert match_unit("nmol/mL", "C3").problem == "impossible"  # propionylcarnitine, also called C3
    assert match_unit("FL", "PLT").problem == "impossible"  # mean platelet volume
    assert match_unit("mmol/mol creat", "UPCR").problem == "impossible"
    assert match_unit("mkat/L", "C3").problem == "impossible"
    assert match_unit("[NTU]", "C3").problem == "unknown"
    assert match_unit("mg/gl", "UPCR").problem == "unknown"


def test_the_same_letters_mean_what_the_analyte_needs():
    assert match_unit("G/L", "PLT").factor == 1  # giga per litre
    assert match_unit("G/L", "C3").factor == 100  # gram per litre
    assert match_unit("UIM/L", "C3").problem == "unknown"
    assert match_unit("ratio", "UACR").problem != ""  # mg/mg or mg/mmol: not said


def test_messages_say_what_was_found_and_what_is_allowed():
    assert match_unit("mg/gl", "UPCR").message == '"mg/gl" is not a unit of UPCR; use g/g, mg/g or mg/mmol'
    assert match_unit(" mg/dL ", "ESR").message == '"mg/dL" is not a unit of ESR; use mm/h'
    assert match_unit("", "ALB").message == "no unit for ALB; use g/dL or g/L"


@pytest.mark.parametrize("analyte", CODES)
def test_accepted_units_start_with_the_canonical_one_and_are_read(analyte):
    units = accepted_units(analyte)
    assert units[0] == ANALYTES[analyte].unit
    assert all(match_unit(u, analyte).problem == "" for u in units)
    assert match_unit(units[0], analyte).factor == 1


@pytest.mark.parametrize("analyte", CODES)
def test_si_unit_and_back_is_the_same_number(analyte):
    unit, factor = si_unit(analyte)
    assert factor * match_unit(unit, analyte).factor == pytest.approx(1, rel=1e-12)


def test_units_that_fit_an_impossible_number():
    assert units_that_fit("PLT", 150_000) == ("/uL",)
    assert units_that_fit("C3", 1.2) == ("g/L",)
    assert units_that_fit("CREAT", 88) == ("umol/L",)
    assert units_that_fit("UPCR", 700) == ("mg/g", "mg/mmol")
    assert units_that_fit("HGB", 130) == ("g/L",)
    assert units_that_fit("PLT", 1e12) == ()


def test_a_text_with_very_many_readings_is_refused_at_once():
    assert match_unit("me " * 26, "DSDNA").problem == "unknown"
    assert match_unit("10^9/L " * 1000, "PLT").problem == "unknown"


# --- generated units: the factor is the arithmetic

TENS = {"p": -12, "n": -9, "u": -6, "µ": -6, "μ": -6, "mc": -6, "m": -3, "c": -2, "d": -1, "": 0}
WRITTEN = st.sampled_from(
    [
        "{0}/{1}",
        "{0} / {1}",
        "{0}/ {1}",
        "{0}.{1}-1",
        "{0} {1}^-1",
        "{0} per {1}",
        "({0}/{1})",
        '"{0}/{1}"',
        "{0}·{1}⁻¹",
    ]
)
CASES = st.sampled_from([str, str.upper, str.lower])
MASSES = st.sampled_from(["g", "gm"])
LITRES = st.sampled_from(["L", "l", "litre", "liter"])


def ten(power: int) -> Fraction:
    return Fraction(10) ** power


@given(st.sampled_from(sorted(TENS)), MASSES, st.sampled_from(sorted(TENS)), LITRES, WRITTEN, CASES)
def test_mass_per_volume(over, mass, under, litre, written, case):
    unit = case(written.format(over + mass, under + litre))
    for analyte, canonical in (("C3", ten(2)), ("ALB", ten(-1)), ("CRP", ten(3))):
        expected = float(ten(TENS[over] - TENS[under]) * canonical)
        assert match_unit(unit, analyte).factor == pytest.approx(expected, rel=1e-12), unit


@given(st.sampled_from(sorted(TENS)), st.sampled_from(sorted(TENS)), LITRES, WRITTEN, CASES)
def test_amount_per_volume(over, under, litre, written, case):
    unit = case(written.format(over + "mol", under + litre))
    expected = float(ten(TENS[over] - TENS[under] + 6)) / 88.4
    assert match_unit(unit, "CREAT").factor == pytest.approx(expected, rel=1e-12), unit
    assert match_unit(unit, "C3").problem == "impossible"


@given(
    st.sampled_from(["p", "n", "u", "µ", "mc", "m", "c", "d", ""]),
    st.sampled_from(["n", "u", "µ", "mc", "m", "c", "d", ""]),
    st.sampled_from(["g", "mol"]),
    st.sampled_from(["", " creat", " creatinine", "{creat}", "Cre", " Krea", "/creat", " de creatinina", " (Cr)"]),
    CASES,
)
def test_protein_per_creatinine(over, under, base, note, case):
    unit = case(f"{over}g/{under}{base}{note}")
    expected = float(ten(TENS[over] - TENS[under])) / (113.12 if base == "mol" else 1)
    assert match_unit(unit, "UPCR").factor == pytest.approx(expected, rel=1e-12), unit
    assert match_unit(unit, "UACR").factor == pytest.approx(expected * 1000, rel=1e-12), unit


@given(
    st.integers(1, 12),
    st.sampled_from(
        ["10^{0}", "10*{0}", "10**{0}", "10e{0}", "10E{0}", "x10^{0}", "x 10E{0}", "×10^{0}", "10({0})", "10x{0}"]
    ),
    st.sampled_from(["", " ", " cells", "{{cells}}"]),
    st.sampled_from(["/", " / ", " per "]),
    st.sampled_from(
        [
            ("L", 0),
            ("dL", -1),
            ("mL", -3),
            ("uL", -6),
            ("µl", -6),
            ("mcL", -6),
            ("mm3", -6),
            ("mm^3", -6),
            ("cumm", -6),
            ("nL", -9),
        ]
    ),
    CASES,
)
def test_cells_per_volume(power, multiplier, cells, per, volume, case):
    unit = case(multiplier.format(power) + cells.format() + per + volume[0])
    expected = float(ten(power - volume[1] - 9))
    for analyte in ("PLT", "WBC", "NEUT", "LYMPH"):
        assert match_unit(unit, analyte).factor == pytest.approx(expected, rel=1e-12), unit


@given(st.text(max_size=30) | st.text("µmguLdIU/10^9*.,-%{}[]() xekK", max_size=20), st.sampled_from(CODES))
def test_any_text_gets_an_answer(text, analyte):
    found = match_unit(text, analyte)
    assert found.problem in ("", "missing", "unknown", "impossible")
    assert (found.factor > 0) == (found.problem == "") == (found.unit != "") == (found.message == "")
