"""Foreign files by a mapping (sample_data/mappings)."""

from pathlib import Path

import pytest

from lupusmon.errors import UnusableFile
from lupusmon.ingest import load_mapping, read_bytes
from lupusmon.ingest.ranges import Range, split_range
from lupusmon.text.dates import parse_dates

MAPPINGS = Path(__file__).parents[3] / "sample_data" / "mappings"

# Rows of the CDISC pilot study (pharmaverse/pharmaversesdtm, Apache-2.0)
LB = """\
STUDYID,DOMAIN,USUBJID,LBSEQ,LBTESTCD,LBTEST,LBCAT,LBORRES,LBORRESU,LBORNRLO,LBORNRHI,LBSTRESC,LBDTC,LBDY
CDISCPILOT01,LB,01-701-1015,14.0,CREAT,Creatinine,CHEMISTRY,0.9,mg/dL,0.7,1.4,79.56,2013-12-26T14:45,-7.0
CDISCPILOT01,LB,01-701-1015,32.0,PLAT,Platelet,HEMATOLOGY,231,THOU/uL,140,400,231,2013-12-26,-7.0
"""
DM = """\
STUDYID,DOMAIN,USUBJID,SUBJID,SITEID,BRTHDTC,SEX
CDISCPILOT01,DM,01-701-1015,1015,701,1950-12-26,F
CDISCPILOT01,DM,01-701-1047,1047,701,,F
"""
# Rows of a listing made dirty on purpose (muhammadsaluhusulaiman/clinical-data-cleaning-project, MIT)
MESSY = """\
lab_id,subject_id,visit,sample_date,test_name,result,unit,normal_range,flag,lab_tech
LB000161,PT0108,Visit 2,28.09.2021,WBC,>19.19,x10^9/L,3.5-11.0 10^9/L,HIGH,B Adeyemi
LB000333,pt0030,EOS,"May 13, 2021",Platelets,383.210^9/L,10^9/L,150-400 10^9/L,normal,a.okafor
LB000199,PT0075,EOT,05/03/2021,Haemoglobin,6.83,grams/dL,11.5-17.5 g/dL,<LLN,C. Usman
LB000037,PT0037,W4,09/04/22,Creatinine,0.83 (mg per dL),mg per dL,0.6-1.3 mg/dL,H,C Usman
LB000038,PT0037,W4,02-13-2022,Creatinine,80,umol/L,0.6-1.3 mg/dL,H,C Usman
LB000039,PT0037,W4,2022-02-13,Platelets,80,G/L,Oct-49,H,C Usman
"""


def texts(table, *names):
    return list(zip(*(table.columns[name].texts().tolist() for name in names), strict=True))


def mapping(tmp_path, text):
    (tmp_path / "m.toml").write_text(text, encoding="utf-8")
    return load_mapping(tmp_path / "m.toml")


def test_sdtm_labs_and_demographics():
    sdtm = load_mapping(MAPPINGS / "sdtm_lb.toml")
    (labs,) = read_bytes("lb.csv", LB.encode(), mapping=sdtm)
    assert texts(labs, "patient_id", "collected_at", "analyte", "value", "unit", "ref_low", "ref_high") == [
        ("01-701-1015", "2013-12-26T14:45", "Creatinine", "0.9", "mg/dL", "0.7", "1.4"),
        ("01-701-1015", "2013-12-26", "Platelet", "231", "THOU/uL", "140", "400"),
    ]
    assert "LBSTRESC" in labs.extra_columns and labs.lines.tolist() == [2, 3]
    (patients,) = read_bytes("dm.csv", DM.encode(), mapping=sdtm)
    assert patients.kind == "patients"
    assert texts(patients, "patient_id", "sex", "birth_year", "site", "label") == [
        ("01-701-1015", "F", "1950", "701", "1015"),
        ("01-701-1047", "F", "", "701", "1047"),
    ]


def test_a_messy_listing():
    (table,) = read_bytes("lab_results.csv", MESSY.encode(), mapping=load_mapping(MAPPINGS / "messy_labs.toml"))
    dates = table.columns["collected_at"]
    day, _, ok = parse_dates(dates.words, order=table.date_order, formats=table.date_formats)
    assert ok.all()
    assert [str(d) for d in day.astype("datetime64[D]")[dates.codes]] == [
        "2021-09-28", "2021-05-13", "2021-03-05", "2022-09-04", "2022-02-13", "2022-02-13",
    ]  # fmt: skip
    assert texts(table, "patient_id", "ref_low", "ref_high") == [
        ("PT0108", "3.5", "11.0"),
        ("PT0030", "150", "400"),
        ("PT0075", "11.5", "17.5"),
        ("PT0037", "0.6", "1.3"),
        ("PT0037", "0.6-1.3 mg/dL", "0.6-1.3 mg/dL"),  # the result is in umol/L
        ("PT0037", "Oct-49", "Oct-49"),
    ]
    assert table.extra_columns == ("visit", "flag", "lab_tech")


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("150-400 10^9/L", ("150", "400", "10^9/L")),
        ("12 - 45", ("12", "45", "")),
        ("0,6–1,3 mg/dL", ("0,6", "1,3", "mg/dL")),
        ("12 to 45", ("12", "45", "")),
        ("(90-180) mg/dL", ("90", "180", "mg/dL")),
        ("<4", ("", "4", "")),
        ("≤ 30 IU/mL", ("", "30", "IU/mL")),
        ("≥60", ("60", "", "")),
        (">60 mL/min/{1.73_m2}", ("60", "", "mL/min/{1.73_m2}")),
        ("0-5 /HPF", ("0", "5", "/HPF")),
        ("Oct-49", None),
        ("10-Dec", None),
        ("2025-01-03", None),
        ("negative", None),
        ("", None),
        ("150", None),
    ],
)
def test_a_range_in_one_cell(text, limits):
    assert split_range(text) == (Range(*limits) if limits else None)


def test_constants_codes_and_other_settings(tmp_path):
    rules = mapping(
        tmp_path,
        """
        name = "Hand-made"
        [labs]
        decimal = "comma"
        date_order = "mdy"
        delimiter = ";"
        encoding = "cp850"
        skip_lines = 2
        [labs.columns]
        patient_id = "id"
        collected_at = "day"
        analyte = "code"
        [labs.constants]
        laboratory = "North"
        [labs.value_maps.analyte]
        K3 = "C3"
        [labs.value_maps.unit]
        "µg" = "ug/mL"
        """,
    )
    data = "Export of today;;\n\nid;day;code;value;unit\nP1;04/03/2025;k3;1,200;µg\nP2;04/03/2025;X;5;g/L\n"
    (table,) = read_bytes("x.csv", data.encode("cp850"), mapping=rules)
    assert texts(table, "patient_id", "analyte", "value", "unit", "raw_unit", "laboratory") == [
        ("P1", "C3", "1,200", "ug/mL", "µg", "North"),
        ("P2", "X", "5", "g/L", "g/L", "North"),
    ]
    assert (table.decimal_comma, table.date_order, table.lines.tolist()) == (True, "mdy", [4, 5])


def test_a_column_per_test_may_be_renamed(tmp_path):
    rules = mapping(tmp_path, '[labs.columns]\npatient_id = "id"\n[labs.tests]\n"K 3" = "C3 (g/L)"\n')
    (table,) = read_bytes("x.csv", b"id,collected_at,K3,C4 (g/L)\nP1,2025-01-03,0.9,0.2\n", mapping=rules)
    assert texts(table, "patient_id", "analyte", "value", "unit") == [
        ("P1", "C3", "0.9", "g/L"),
        ("P1", "C4", "0.2", "g/L"),
    ]


def test_a_file_with_our_own_names_is_read_without_the_mapping():
    (table,) = read_bytes("x.csv", b"patient_id,given_at,drug\n", mapping=load_mapping(MAPPINGS / "sdtm_lb.toml"))
    assert table.kind == "infusions" and "read without the mapping" in table.notes[0]


@pytest.mark.parametrize("header", ["id,day,what", "patient_id,day,what"])
def test_a_file_that_nothing_fits_says_what_the_mapping_misses(header):
    with pytest.raises(UnusableFile, match=r"\[labs\] has no column USUBJID, LBDTC"):
        read_bytes("x.csv", header.encode(), mapping=load_mapping(MAPPINGS / "sdtm_lb.toml"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has no section"),
        ("[lab]\n", "lab is no section"),
        ("x = [", "is no TOML file"),
        ("[labs]\nfoo = 1\n", "foo is no key of a mapping"),
        ('[labs.columns]\nfoo = "x"\n', "columns.foo is none of our columns"),
        ('[labs.columns]\nvalue = 5.5\nunit = ""\n', "unit has ''"),
        ('[labs.columns]\nvalue = { column = "x", take = "(" }\n', "is no pattern"),
        ('[labs.columns]\nvalue = { column = "x", case = "Upper" }\n', "upper or lower"),
        ('[labs]\ndate_order = "dym"\n', "date_order is 'dym'; allowed: ymd or dmy or mdy"),
        ('[labs]\ndate_formats = ["%H:%M"]\n', "date_formats"),
        ('[labs]\ndate_formats = ["%d.%m"]\n', "date_formats"),
        ('[labs]\ndate_formats = ["%d.%Q.%Y"]\n', "date_formats"),
        ('[labs]\ndecimal = ","\n', "decimal is ','; allowed: point or comma"),
        ('[labs]\ndelimiter = "::"\n', "delimiter"),
        ('[labs]\nencoding = "utf-9"\n', "encoding"),
        ("[labs]\nskip_lines = -1\n", "skip_lines"),
        ('[infusions]\nref_range = "x"\n', "belong to"),
        ("[labs]\nvalue_maps = 5\n", "value_maps is no table"),
        ("[labs.value_maps]\nunit = 5\n", "value_maps.unit is no table"),
    ],
)
def test_a_wrong_mapping_is_refused_in_plain_words(tmp_path, text, says):
    with pytest.raises(UnusableFile) as caught:
        mapping(tmp_path, text)
    assert (
        says in str(caught.value) and str(caught.value).startswith("m.toml") and "\n" not in str(caught.value).strip()
    )


def test_every_key_of_a_mapping_is_explained():
    from lupusmon.ingest.mapping import TableMapping

    page = (MAPPINGS / "README.md").read_text(encoding="utf-8")
    for key in TableMapping.__dataclass_fields__:
        assert key == "kind" or key in page, key
