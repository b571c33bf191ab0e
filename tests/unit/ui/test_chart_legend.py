"""The legend names what is on the chart, and nothing else."""

from lupusmon.figures.timeline import build_timeline
from lupusmon.ui.chart_legend import describe_marks, describe_missing_bands
from tests.contract_frames import AS_OF, make_frames

FRAMES = make_frames(3)


def figure(pid="P001", **changed):
    names = ("results", "infusions", "courses", "baselines", "assessments")
    frames = {name: getattr(FRAMES, name) for name in names}
    own = {name: rows[rows["patient_id"] == pid].reset_index(drop=True) for name, rows in frames.items()}
    own |= changed
    return build_timeline(own.pop("results"), **own, as_of=AS_OF, patient_label=pid)


def test_the_legend_names_late_missed_and_censored_where_they_are():
    said = describe_marks(figure())
    for words in ("▲ above", "censored at that limit", "large ring: baseline", "hollow = due", "rimmed = late", "× ="):
        assert words in said, words
    assert "dash-dotted line: another assay" in said
    assert "pinned" not in said and "not usable" not in said and "premedication" not in said


def test_an_empty_chart_has_no_legend_of_results_or_doses():
    no = {name: getattr(FRAMES, name).iloc[:0] for name in ("results", "infusions", "courses", "baselines")}
    assert describe_marks(figure(**no)) == ""


def test_missing_cohort_bands_are_named_with_the_reason():
    said = describe_missing_bands(figure())
    assert said.startswith("No cohort behind C3, C4, dsDNA, UPCR, PLT: in no 4 weeks do 5 patients")
