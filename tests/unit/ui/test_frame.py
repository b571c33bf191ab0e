"""Names in headings."""

from lupusmon.ui.frame import shorten


def test_a_very_long_name_keeps_its_beginning_and_its_end():
    name = "UNIVERSITY-HOSPITAL-OF-SOMEWHERE/0000000012345"
    assert shorten(name) == "UNIVERSITY-HOSPIT…000000012345" and len(shorten(name)) == 30
    assert shorten("x" * 30) == "x" * 30
