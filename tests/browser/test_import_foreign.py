"""A foreign laboratory's export, from upload to fix-me to re-upload: matched once, remembered, nothing lost."""

from __future__ import annotations

import re
import tomllib

import pandas as pd
import pytest

from lupusmon.ingest import load_mapping, read_files
from tests.browser.test_dashboard import open_page, settle

pytestmark = pytest.mark.browser
EXPORT = """Northern Laboratory - listing of results
printed for the study office
lab_id,subject_id,PatientName,sample_date,report_date,test_name,result,units,normal_range,flag
NL1,NORTH-01,"Doe, Ann",03/04/2025,05/04/2025,Complement C3,62,mg/dL,90 - 180,L
NL2,NORTH-01,"Doe, Ann",03/04/2025,05/04/2025,Complement C4,8,mg/dL,10 - 40,L
NL3,NORTH-01,"Doe, Ann",01/05/2025,03/05/2025,Complement C3,71,mg/dL,90 - 180,L
NL4,NORTH-01,"Doe, Ann",01/05/2025,03/05/2025,anti-dsDNA,<10,IU/mL,<10,
NL5,north-01,"Roe, Eve",02/06/2025,03/06/2025,Complement C3,88,mg/dL,90 - 180,L
NL6,NORTH-02,"Roe, Eve",02/06/2025,03/06/2025,Complement C3,9999,mg/dL,90 - 180,H
NL7,NORTH-02,"Roe, Eve",02/06/2025,03/06/2025,Platelets,HEMOLYZED,10*9/L,150 - 400,
NL8,NORTH-02,"Roe, Eve",05/06/2025,06/06/2025,Complement C4,12,mg/dL,10 - 40,
"""


def upload(page, server, path):
    open_page(page, server, "/import")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_text(path.name).first.wait_for()
    settle(page)


def receipt(page):
    settle(page)
    return page.locator("[data-testid=receipt]").first.inner_text()


def test_a_foreign_export_is_matched_checked_mended_imported_and_known_again(page, server, tmp_path):
    export = tmp_path / "north_export.csv"
    export.write_text(EXPORT, encoding="utf-8")
    upload(page, server, export)

    page.get_by_text("Match the columns of north_export.csv").wait_for()
    assert page.get_by_label("Lines above the header").input_value() == "2"
    for ours, theirs in [
        ("patient_id", "subject_id"),
        ("collected_at", "sample_date"),
        ("analyte", "test_name"),
        ("value", "result"),
        ("unit", "units"),
        ("ref_range", "normal_range"),
        ("result_id", "lab_id"),
    ]:
        assert chosen(page, ours) == theirs, ours
    assert page.get_by_text("“Complement C3” · “Complement C4” · “anti-dsDNA”").is_visible()

    assert page.locator("[data-testid=receipt]").count() == 0, "not checked before the question is answered"
    page.get_by_text("day first: 03/04/2025 is 3 April 2025, 01/05/2025 is 1 May 2025").click()
    page.locator("[data-testid=receipt]").wait_for()
    source = page.get_by_role("textbox", name="Source (laboratory or system)")
    source.fill("North Lab")
    source.press("Enter")
    settle(page)
    assert re.search(r"8\s*\n?.*= 6 \+ 0 \+ 0 \+ 2 \+ 0", receipt(page))
    page.get_by_text("PatientName (name)").wait_for()
    page.get_by_text("They are not matched, so they are never stored").wait_for()
    page.get_by_text("NORTH-01 and north-01").wait_for()
    assert page.get_by_text("Nothing has been stored yet").is_visible()

    with page.expect_download() as download:
        page.get_by_role("button", name="Download the mapping").click()
    text = download.value.path().read_text(encoding="utf-8")
    assert tomllib.loads(text)["labs"]["columns"]["collected_at"] == "sample_date"
    (tmp_path / "north.toml").write_text(text, encoding="utf-8")
    (table,) = read_files([export], mapping=load_mapping(tmp_path / "north.toml"))
    assert len(table) == 8 and table.date_order == "dmy", "the command line reads the file with it"

    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("Fix-me file of north")).click()
    fix = pd.read_csv(download.value.path(), dtype=str)
    assert len(fix) == 2 and fix["problem"].notna().all()

    page.get_by_role("button", name="Import 1 file").click()
    page.get_by_text("Imported: 6 of 8 rows accepted").wait_for()
    settle(page)

    upload(page, server, export)
    page.get_by_text("read with the mapping of North Lab").wait_for()
    page.get_by_text("already imported").wait_for()
    page.get_by_text("There is nothing to import").wait_for()

    mended = tmp_path / "north_mended.csv"
    fix.assign(value=["99", "210"]).to_csv(mended, index=False)
    upload(page, server, mended)
    page.locator("[data-testid=receipt]").wait_for()
    assert re.search(r"2\s*\n?.*= 2 \+ 0 \+ 0 \+ 0 \+ 0", receipt(page))
    page.get_by_role("button", name="Import 1 file").click()
    page.get_by_text("Imported: 2 of 2 rows accepted").wait_for()

    page.get_by_text("Audit trail: who did what").click()
    page.wait_for_url("**/audit*")
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Audit trail (CSV)").click()
    trail = pd.read_csv(download.value.path(), dtype=str)
    assert {"import", "mapping"} <= set(trail["action"]) and "North Lab" in set(trail["subject"])

    open_page(page, server, "/patient?patient=NORTH-01")
    page.get_by_role("heading", name="NORTH-01").wait_for()


def chosen(page, ours):
    """What the selectbox of one of our columns shows."""
    box = page.get_by_role("combobox", name=re.compile(rf"Column for {ours}$|Column for {ours}\b"))
    return box.first.input_value() or re.sub(
        r".*Selected (.*?)\..*", r"\1", box.first.get_attribute("aria-label") or ""
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_form(page, server, axe, tmp_path, scheme):
    page.emulate_media(color_scheme=scheme)
    export = tmp_path / "south_export.csv"
    export.write_text(EXPORT.replace("NORTH", "SOUTH").replace("lab_id", "number"), encoding="utf-8")
    upload(page, server, export)
    if page.get_by_role("button", name="Change the matching").count():
        page.get_by_role("button", name="Change the matching").click()
    page.get_by_text("day first: 03/04/2025").click()
    page.locator("[data-testid=receipt]").wait_for()
    settle(page)
    page.evaluate(axe)
    found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    serious = [(v["id"], v["nodes"][0]["html"][:300]) for v in found if v["impact"] in ("serious", "critical")]
    assert not serious, serious
