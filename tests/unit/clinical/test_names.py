"""Which analyte a name or LOINC code means, and which drug a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lupusmon.clinical.analytes import CODES
from lupusmon.clinical.drugs import DRUGS
from lupusmon.clinical.name_text import name_words
from lupusmon.clinical.name_words import _rows, read_sense, scoped_noise, vocabulary
from lupusmon.clinical.names import Status, fold, match_drug, match_loinc, match_name
from tests.unit.clinical.name_tables import DRUGS as DRUG_TEXTS
from tests.unit.clinical.name_tables import KNOWN, OTHER_DRUGS, OTHERS


def texts(table: str) -> list[str]:
    return [t.strip() for t in table.replace("\n", " | ").split(" |") if t.strip(" |")]


# names met in public exports, as they were written
MET = {
    "C3": """C3 COMPLEMENT | C3 | C3 Complement | Complement Component 3 | C3c | Beta 1 C-globulin | Complement_C3 |
        C3_serum | c3 | complement 3""",
    "C4": "C4 COMPLEMENT | Complement C4 SerPl Qn | C4^Complement C4^L | Complement C4 | C4 complement | complement 4",
    "DSDNA": """ANTI-dsDNA ANTIBODY | Double Stranded DNA | DNA DS IgG Ser Qn Multi FIA | DNA double strand IgG Qn (S) |
        DNA Ab Titr | DNA double strand Ab titer (S) | Anti-Double Stranded DNA Antibody | dsDNA Ab Ser-aCnc |
        DNA Double Strand Ab | Anti-DNA (DS) | Anti-DNA Nativo | Anticorpo Anti-DNA de Dupla Hélice | DNA抗體 |
        anti_dsDNA | Anti_dsDNA | antiDsdna | آنتی-dsDNA | ds_dna | DNA | DNA-II""",
    "UPCR": """PROTEIN/CREAT RATIO URINE | Protein/Creatinine Ratio | PROTEIN/CREAT RATIO,UR RANDOM |
        Protein/creatinine | PROTEIN/CREATININE RATIO | R-U-PROTEIN/CREAT RATIO | Urine Protein/Creatinine Ratio |
        PROT/CREAT RATI | RATTC | ÍNDICE PROT/CREAT | RELACION PROT/CREAT | IPC | RPC |
        Cociente Prot/Creat | upc ratio""",
    "UACR": "Albumin/Creatinine, Urine | Alb/Creat Ratio | Microalb/Creat Ratio | R-UR ALBUMIN/CREAT",
    "PLT": """Platelet Count | PLAT | Platelets | Platelet # Bld | Thrombocytes | Plt Count | Plaquetas |
        platelet_count | Plaquettes""",
    "CREAT": """CREATININE LEVEL | Creatinine SerPl Qn | CREATININE ISTAT | CREATININE, WHOLE BLOOD | CREA | CreaB |
        CRE""",
    "EGFR": """Estimated GFR, Black | Estimated GFR, Non-Black | GFR Est MDRD Afric American |
        GFR Est MDRD Non Afric American""",
}
MET_OTHERS = """
    Strep Dnase-B Ab Ser Titr | EBV DNA Qn | Hep B DNA Qn | Herpes 6 DNA Qn | Propionylcarnitine Plas C3 |
    Isobutyrylcarnitine Plas C4 | Amylase/Creatinine Ratio, Urine | Dopamine/Creat Ur Qn | Mean Platelet Volume |
    Large Platelets | Platelet Smear | CD61 (Platelet) % | Plateletcrit | Platelet Clumps | Creatinine, Pleural |
    Creatinine, Joint Fluid | Creatinine, Urine | 24 hr Creatinine | Creatinine Fld Qn
"""
AMBIGUOUS = """
    PCR | P.C.R. | Complement C3, C4 | complementC3C4 | C3/C4 | C3 and C4 | Complement C3 + C4 | C3, C4 and CH50 |
    Complement panel | Proteinuria | Hemoglobin, platelets
"""


@pytest.mark.parametrize("code", MET)
def test_names_met_in_exports_match(code):
    for name in texts(MET[code]):
        assert match_name(name).code == code, name


@pytest.mark.parametrize("code", KNOWN)
def test_many_unseen_names_match(code):
    for name in [code, code.lower(), *texts(KNOWN[code])]:
        found = match_name(name)
        assert (found.status, found.code) == (Status.KNOWN, code), (name, found)


def test_every_code_is_its_own_name():
    assert [match_name(code).code for code in CODES] == list(CODES)


def test_names_of_look_alikes_met_in_exports_are_known_to_be_something_else():
    for name in texts(MET_OTHERS):
        assert match_name(name).status == Status.NOT_MONITORED, name


def test_unseen_names_of_other_tests_do_not_match():
    for name in texts(OTHERS):
        assert match_name(name).status in (Status.NOT_MONITORED, Status.UNKNOWN), name


def test_a_name_of_two_analytes_is_ambiguous_and_says_how_to_go_on():
    for name in texts(AMBIGUOUS):
        found = match_name(name)
        assert found.status == Status.AMBIGUOUS, name
        assert found.code == "" and len(found.candidates) == 2
    assert match_name("PCR").message == '"PCR" may be UPCR or CRP; write UPCR or CRP'


@pytest.mark.parametrize("name", ["", "  ", "-", "\u200b", "...", "n/a", "n\u200b/a", "None", "?"])
def test_no_name_is_empty(name):
    assert match_name(name).status == Status.EMPTY


@pytest.mark.parametrize("name", ["0", "value '0' as placeholder", "CA (OCR misread of C4)", "xyz", "x" * 5000])
def test_what_is_no_name_is_unknown(name):
    found = match_name(name)
    assert found.status == Status.UNKNOWN
    assert found.message.endswith("is not known as a test")


def test_calcium_is_not_complement_misread():
    assert match_name("CA").status == Status.NOT_MONITORED
    assert match_name("CA").message == '"CA" is not a test that lupusmon follows'


def test_a_per_cent_sign_makes_another_test_but_not_in_a_unit():
    assert match_name("Lymphocytes (%)").status == Status.NOT_MONITORED
    assert match_name("Hemoglobin %").status == Status.NOT_MONITORED
    assert match_name("NEUT%").status == Status.NOT_MONITORED
    assert match_name("NEUT#").code == "NEUT"
    assert match_name("C3 (mg%)").code == "C3"


def test_a_unit_behind_the_name_can_say_what_was_measured():
    assert match_name("Urine protein (mg/24 h)").code == "UPROT24"
    assert match_name("Urine protein (mg/dL)").status == Status.NOT_MONITORED
    assert match_name("RBC (/HPF)").code == "URBC"
    assert match_name("RBC (10^12/L)").status == Status.NOT_MONITORED


def test_specimen_decides():
    assert match_name("Leukocytes, urine").code == "UWBC"
    assert match_name("Leukocytes, blood").code == "WBC"
    assert match_name("Leukocytes, pleural fluid").status == Status.NOT_MONITORED
    assert match_name("B-Leukocytes").code == "WBC"
    assert match_name("B-Lymphocytes").status == Status.NOT_MONITORED
    assert match_name("Plasma hemoglobin").status == Status.NOT_MONITORED


def test_creatinine_per_protein_is_another_ratio():
    assert match_name("Creatinine/Protein ratio").status == Status.NOT_MONITORED


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Anti-dsDNA", "antidsdna"),
        ("  C\u200b3 ", "c3"),
        ("\u0421\u0417".replace("\u0417", "3"), "c3"),  # Cyrillic Es
        ("Ｃ３", "c3"),
        ("C₃", "c3"),
        ("Créatinine", "creatinine"),
        ("ΡLΤ", "plt"),  # Greek Rho and Tau
        ("IPC.", "ipc"),
        ("Weiß", "weiss"),
    ],
)
def test_the_comparison_key(written, key):
    assert fold(written) == key


# --- LOINC

LOINC = {
    "C3": "4485-9",
    "C4": "4498-2",
    "CH50": "4532-8",
    "DSDNA": "5130-0 33799-8 32677-7 31348-6 12277-0 16782-5 5131-8 6457-6 53148-3 11013-0",
    "UPCR": "2890-2 13801-6 60678-0 34366-5 40486-3",
    "UACR": "14959-1 9318-7 32294-1",
    "PLT": "777-3 26515-7 778-1 49497-1",
    "HGB": "718-7",
    "WBC": "26464-8 6690-2",
    "NEUT": "751-8",
    "LYMPH": "731-0",
    "CREAT": "2160-0 14682-9",
    "EGFR": "33914-3 98979-8 62238-1",
    "CRP": "1988-5",
    "ESR": "4537-7",
    "IGG": "2465-3",
    "ALB": "1751-7",
    "UPROT24": "2889-4",
    "URBC": "13945-1",
    "UWBC": "5821-4",
}


@pytest.mark.parametrize("code", CODES)
def test_loinc_codes_match(code):
    for loinc in LOINC[code].split():
        assert match_loinc(loinc).code == code, loinc


@pytest.mark.parametrize(
    "written",
    [
        "4485-9",
        " 4485 - 9 ",
        "LOINC:4485-9",
        "loinc 4485-9",
        "http://loinc.org|4485-9",
        "4485\u20119",
        "http://loinc.org/4485-9/",
    ],
)
def test_a_loinc_code_is_read_however_it_is_wrapped(written):
    assert match_loinc(written).code == "C3"


def test_loinc_codes_of_other_tests_are_known_as_such_and_invented_ones_are_not():
    for loinc in [
        "35275-7",
        "7465-1",
        "14684-5",
        "2161-8",
        "770-8",
        "4548-4",
        "32623-1",
        "63230-7",
        "5132-6",
        "50210-4",
        "2888-6",
    ]:
        assert match_loinc(loinc).status == Status.NOT_MONITORED, loinc
    for loinc in ("11013-4", "31348-8", "9999-9", "abc"):
        assert match_loinc(loinc).status == Status.UNKNOWN, loinc
    assert match_loinc(" ").status == Status.EMPTY


def test_loinc_codes_have_a_right_check_digit():
    wrong = [row["loinc"] for row in _rows("loinc.csv") if not has_check_digit(row["loinc"])]
    assert wrong == ["7465-1"]  # met in the wild on anti-dsDNA results, and no LOINC code at all


def has_check_digit(loinc: str) -> bool:
    """LOINC's mod 10 rule (LOINC Users' Guide, appendix)."""
    body, check = loinc.split("-")
    digits = body[::-1]
    doubled = str(int(digits[0::2][::-1]) * 2)
    return (10 - sum(map(int, digits[1::2] + doubled)) % 10) % 10 == int(check)


def test_loinc_names_and_codes_agree():
    """The name beside a code, read as a name, never means another analyte than the code."""
    for row in _rows("loinc.csv"):
        found = match_name(row["name"]).code
        if row["loinc"] not in ("717-9", "21482-5", "11039-5", "14634-0"):  # presence, titre: same words, other scale
            assert found in ("", row["analyte"]), row


# --- drugs


@pytest.mark.parametrize("code", DRUG_TEXTS)
def test_drug_texts_match(code):
    for text in texts(DRUG_TEXTS[code]):
        assert match_drug(text).code == code, text


def test_every_drug_code_name_and_brand_matches():
    for drug in DRUGS.values():
        for text in (drug.code, drug.name, *drug.brands, *drug.regimens):
            assert match_drug(text).code == drug.code, text


def test_other_drugs_and_forms_do_not_match():
    for text in texts(OTHER_DRUGS):
        assert match_drug(text).status in (Status.NOT_MONITORED, Status.UNKNOWN), text
    for text in (
        "prednisone",
        "prednisolone",
        "tocilizumab",
        "Benlysta SC 200 mg",
        "Depo-Medrol",
        "Hizentra",
        "placebo",
    ):
        assert match_drug(text).status == Status.NOT_MONITORED, text


def test_two_drugs_in_one_text_are_ambiguous():
    assert match_drug("rituximab + methylprednisolone").candidates == ("methylprednisolone", "rituximab")


def test_no_drug_is_empty():
    assert match_drug(" ").status == Status.EMPTY
    assert match_drug("\u200b").message == "no drug"


# --- the tables themselves


def test_no_spelling_has_two_meanings():
    exact: dict[str, str] = {}
    senses: dict[tuple, str] = {}
    for row in _rows("name_spellings.csv"):
        if "%" not in row["spelling"]:
            assert exact.setdefault(fold(row["spelling"]), row["analyte"]) == row["analyte"], row
        sense = read_sense(name_words(row["spelling"]))
        if row["how"] != "exact" and sense.words:
            assert senses.setdefault((sense.words, sense.place), row["analyte"]) == row["analyte"], row
    drugs: dict[str, str] = {}
    for row in _rows("drug_spellings.csv"):
        meaning = drugs.setdefault(fold(row["spelling"]), row["drug"])
        assert meaning == row["drug"], row


def test_at_least_150_names_are_known_not_to_be_monitored():
    assert len([r for r in _rows("name_spellings.csv") if r["analyte"] == "-"]) >= 150


def test_words_that_mean_nothing_are_not_the_name_itself():
    assert all(code.lower() not in words for code, words in scoped_noise().items())
    assert "~" not in {vocabulary()[w] for w in ("complement", "platelets", "creatinine", "volume", "urine")}


@given(st.sampled_from(sorted(KNOWN)), st.data())
def test_case_and_zero_width_characters_do_not_matter(code, data):
    name = data.draw(st.sampled_from([n for n in texts(KNOWN[code]) if n.isascii()]))
    at = data.draw(st.integers(0, len(name)))
    assert match_name(name.upper()).code == code
    assert match_name(f"{name[:at]}\u200b{name[at:]}").code == code
    assert match_name(f"  {name}\u00a0").code == code


@given(st.text(max_size=60))
def test_any_text_gets_an_answer(text):
    for match in (match_name, match_loinc, match_drug):
        found = match(text)
        assert (found.code != "") == (found.status == Status.KNOWN)
        assert (found.message == "") == (found.status == Status.KNOWN)


@given(
    st.sampled_from(texts(OTHERS)),
    st.sampled_from(["", ", serum", " SerPl Qn", " level", " (mg/dL)", ", automated", " [Mass/volume]"]),
)
def test_noise_never_turns_another_test_into_ours(name, noise):
    assert match_name(name + noise).status != Status.KNOWN
    assert match_name(name.upper() + noise).status != Status.KNOWN
