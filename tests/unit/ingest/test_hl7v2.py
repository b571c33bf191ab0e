"""HL7 v2 laboratory messages: segments, separators, statuses, times, identifiers."""

import pytest

from lupusmon.ingest import read_bytes
from lupusmon.ingest.hl7_segments import Signs, iterate_segments
from tests.foreign_cases import counts, facts, lines, reasons, run

HEAD = r"MSH|^~\&|LIS|LAB A|EHR|H|20250110||ORU^R01|7|P|2.5.1" + "\r"
PID = "PID|1||990101-1234^^^CH^SS~P1^^^H^MR||Doe^Jane||19800203|F\r"
OBR = "OBR|1||F77|CMP^Complement^L|||20250103101500+0100|||||||20250103|\r"


def message(*segments, head=HEAD, pid=PID, obr=OBR):
    return head + pid + obr + "".join(f"{s}\r" for s in segments)


def obx(name, value, unit="", kind="NM", limits="", status="F", number=1, sub="", more=""):
    return f"OBX|{number}|{kind}|{name}|{sub}|{value}|{unit}|{limits}||||{status}{more}"


def only(content):
    return run("x.hl7", content).results.iloc[0]


def test_the_same_facts_as_csv_give_the_same_results():
    found = run(
        "lab.dat",
        message(
            obx("4485-9^Complement C3^LN^C3^C3^L", "0.88", "g/L^gram per litre^UCUM", limits="0.9-1.8"),
            obx("DSD^anti-dsDNA^L", "<^10", "[IU]/mL", kind="SN", limits="<30", more="||||||^ELISA"),
            obx("DSD^anti-dsDNA^L", "1^:^160", kind="SN", sub="2"),
            obx("PLT^Platelets^L", "150", "K/uL", status="C"),
        ),
    )
    csv = run(
        "x.csv",
        "patient_id,collected_at,analyte,value,unit,ref_low,ref_high,method,status,loinc\n"
        "P1,2025-01-03T10:15:00,C3,0.88,g/L,0.9,1.8,,final,4485-9\n"
        "P1,2025-01-03T10:15:00,anti-dsDNA,<10,IU/mL,,30,ELISA,final,\n"
        "P1,2025-01-03T10:15:00,anti-dsDNA,1:160,,,,,final,\n"
        "P1,2025-01-03T10:15:00,PLT,150,10*3/uL,,,,corrected,\n",
    )
    assert facts(found) == facts(csv)
    assert sorted(lines(found)) == [4, 5, 6, 7]
    assert counts(found) == {"accepted": 5}  # and the patient
    assert set(found.results["laboratory"]) == {"LAB A"}


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_any_line_end_and_a_frame_are_read(end):
    content = "\x0b" + message(obx("C3^C3^L", "88", "mg/dL")).replace("\r", end) + "\x1c\r"
    assert lines(run("x.hl7", content)) == [4]


def test_the_patient_gets_sex_and_birth_year_and_no_name():
    (_, people) = read_bytes("x.hl7", message(obx("C3^C3^L", "88", "mg/dL")).encode())
    assert {name: people.columns[name].texts().tolist() for name in people.columns} == {
        "patient_id": ["P1"],
        "sex": ["F"],
        "birth_year": ["1980"],
    }


def test_withdrawn_results_are_rejected_with_what_was_said_before_of_them():
    wrong = obx("C3^C3^L", "", "mg/dL", status="W")
    found = run(
        "x.hl7",
        message(obx("C3^C3^L", "88", "mg/dL"), obx("PLT^Platelets^L", "150", "K/uL"))
        + message(wrong, obx("C4^C4^L", "", "mg/dL", status="X"), pid="PID|1||P1^^^H^MR\r"),
    )
    assert counts(found) == {"accepted": 2, "rejected": 3}
    why = reasons(found)
    assert "taken back on line 9 (obx-11 w)" in why[4]
    assert "posted in error" in why[9]
    assert "cannot be obtained" in why[10]


def test_a_corrected_result_replaces_the_first():
    found = run(
        "x.hl7",
        message(obx("C3^C3^L", "88", "mg/dL", status="C"), pid="PID|1||P1\r")
        + message(obx("C3^C3^L", "80", "mg/dL"), pid="PID|1||P1\r"),
    )
    assert found.results["value"].tolist() == [88]
    assert counts(found) == {"accepted": 1, "superseded": 1}


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        ("ST", r"\T\lt;10", None),
        ("ST", "> 300", ">300"),
        ("CWE", "10828004^Positive^SCT", "positive"),
        ("CE", "^^^^Negative", "negative"),
        ("TX", "See comment", None),
        ("SN", "^10^-^20", None),
        ("SN", ">=^200", ">=200"),
        ("NM", '""', None),
        ("ED", "^TEXT^PDF^Base64^JVBERi0", None),
    ],
)
def test_value_types(kind, value, read):
    name = "ADNA^anti-dsDNA^L"
    found = run(
        "x.hl7", message(obx(name, value, "IU/mL" if kind in ("ST", "SN", "NM") else "", kind=kind), pid="PID|1||P1\r")
    )
    if read is None:
        assert counts(found) == {"rejected": 1}
        return
    csv = run("x.csv", f"patient_id,collected_at,analyte,value,unit\nP1,2025-01-03T10:15:00,dsDNA,{read},IU/mL\n")
    assert facts(found)[0][3:5] == facts(csv)[0][3:5]


def test_times_come_from_the_order_then_the_specimen_then_the_result():
    none = "OBR|1||F77|CMP^Complement^L\r"
    stamp = "|||20250109"
    assert only(message(obx("C3^C3^L", "88", "mg/dL", more=stamp))).collected_at == "2025-01-03T10:15:00"
    assert only(message(obx("C3^C3^L", "88", "mg/dL", more=stamp), obr=none)).collected_at == "2025-01-09"
    taken = "SPM|1|||SER^Serum" + "|" * 13 + "20250104"
    assert only(message(obx("C3^C3^L", "88", "mg/dL", more=stamp), taken, obr=none)).collected_at == "2025-01-04"
    monthly = message(obx("C3^C3^L", "88", "mg/dL"), obr="OBR|1||F77|CMP|||202501\r", pid="PID|1||P1\r")
    assert counts(run("x.hl7", monthly)) == {"rejected": 1}


def test_the_specimen_tells_urine_from_blood():
    urine = message(obx("CREA^Creatinine^L", "55", "mg/dL"), "SPM|1|||UR^Urine", pid="PID|1||P1\r")
    assert counts(run("x.hl7", urine)) == {"ignored": 1}
    serum = message(obx("CREA^Creatinine^L", "0.9", "mg/dL"), "SPM|1|||SER^Serum", pid="PID|1||P1\r")
    assert counts(run("x.hl7", serum)) == {"accepted": 1}


def test_a_code_and_a_name_that_contradict_are_refused():
    found = run("x.hl7", message(obx("4498-2^Complement C3^LN", "88", "mg/dL"), pid="PID|1||P1\r"))
    assert counts(found) == {"rejected": 1}
    assert "different tests" in reasons(found)[4]


def test_messages_without_results_are_one_ignored_row_each():
    other = HEAD.replace("ORU^R01", "ADT^A01") + "PID|1||P2\r"
    found = run("x.hl7", other + message(obx("C3^C3^L", "88", "mg/dL"), pid="PID|1||P1\r") + other)
    assert counts(found) == {"accepted": 1, "ignored": 2}
    assert "message adt^a01 holds no results" in reasons(found)[1]


def test_separators_and_escapes_are_those_of_the_message():
    odd = "MSH$*~\\@$LIS$LAB$$$20250110$$ORU*R01$7$P$2.3\rPID$1$$P1\rOBR$1$$F$C3$$$20250103\r"
    odd += "OBX$1$NM$C3*C3$$88$mg/dL$90 - 180$$$$F\r"
    row = only(odd)
    assert (row.value, row.ref_low) == (88, 90)
    signs = Signs.of(r"MSH|^~\&|")
    assert signs.read(r"a\F\b\S\c\T\d\R\e\E\f\X41\g\.br\h\H\i\N\ \Zz\ ") == r"a|b^c&d~e\fAg hi \Zz" + "\\"


def test_a_broken_line_continues_its_segment():
    (segment,) = iterate_segments("OBX|1|TX|N||see\nthe comment|u")
    assert (segment.raw(5), segment.raw(6), segment.line) == ("see the comment", "u", 1)
