"""Under a lost response stand the values that lost it."""

from types import SimpleNamespace

from lupusmon.ui.alert_rows import build_alerts, say_lost
from tests.text_tables import table

LOST = "Response to belimumab lost: Complete renal response (KDIGO 2024) (met at week 24); not met now"


def tables(evidence: str) -> SimpleNamespace:
    return SimpleNamespace(
        courses=table("""
            course_id    | drug      | first_infusion
            belimumab-1  | belimumab | 2025-01-01
            rituximab-1  | rituximab | 2026-01-01
        """),
        responses=table("""
            course_id   | criterion      | week   | verdict
            belimumab-1 | renal_complete | 24     | met
            belimumab-1 | renal_complete | latest | not_met
            belimumab-1 | renal_perr     | 24     | met
            belimumab-1 | renal_perr     | latest | not_met
            belimumab-1 | lldas          | 24     | not_met
            belimumab-1 | lldas          | latest | not_met
            belimumab-1 | sri_5          | 24     | met
            belimumab-1 | sri_5          | latest | not_met
        """),
        evidence=table(evidence).astype({"value": float}),
        alerts=table(f"""
            code            | severity | text
            response_lost   | medium   | {LOST}
            infusion_missed | medium   | Belimumab infusion missed
        """),
    )


EVIDENCE = """
    course_id   | criterion      | week   | verdict | value     | text
    belimumab-1 | renal_complete | latest | not_met | 4.3758841 | UPCR 4.37588 g/g on 2026-11-06 (week 78), not below 0.5; baseline 3.2 g/g on 2025-05-09
    belimumab-1 | renal_complete | latest | met     | 74.2      | eGFR 74.2 mL/min/{1.73_m2} on 2026-11-06 (week 78), at least 0.85 x baseline
    belimumab-1 | renal_complete | 24     | not_met | 9         | UPCR 9 g/g on 2025-06-06 (week 24), not below 0.5
    belimumab-1 | renal_perr     | latest | not_met | 4.3758841 | UPCR 4.37588 g/g on 2026-11-06 (week 78), above 0.7
    belimumab-1 | lldas          | latest | not_met | 12        | SLEDAI-2K 12 points on 2026-11-06 (week 78), above 4
    belimumab-1 | sri_5          | latest | not_met | 11        | SLEDAI-2K 11 points on 2026-11-06 (week 78), fell by less than 5 points
    rituximab-1 | renal_complete | latest | not_met | 3         | UPCR 3 g/g on 2026-11-07 (week 40), not below 0.5
"""  # noqa: E501


def test_a_lost_response_gives_each_value_once_with_its_day_and_why():
    assert say_lost(tables(EVIDENCE), LOST) == "Now: UPCR 4.376 g/g on 2026-11-06, not below 0.5"


def test_only_the_alert_of_a_lost_response_has_values():
    lost, other = (row["cells"][1] for row in build_alerts(tables(EVIDENCE), most=None).rows)
    assert lost["text"] == LOST and "4.376 g/g" in lost["sub"] and other["sub"] == ""


def test_an_alert_of_a_drug_without_a_course_has_no_values():
    assert say_lost(tables(EVIDENCE), LOST.replace("belimumab", "anifrolumab")) == ""
