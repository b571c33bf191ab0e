"""Words shared by screen and report."""

from lupusmon import words


def test_a_change_with_a_censored_end_is_not_said_to_be_within_natural_variation() -> None:
    assert words.noise_text(False, known=False) == "not shown to be beyond natural variation"
    assert words.noise_text(False, known=True) == "within natural variation"
    assert words.noise_text(True, known=False) == "beyond natural variation"
    assert words.noise_text(None, known=True) == ""
