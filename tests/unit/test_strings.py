"""Words of tables in Arrow."""

from lupusmon.output.columns import strings


def test_half_a_surrogate_pair_is_written_as_its_escape():
    assert strings(["a", "\ud800x", "é"]).to_pylist() == ["a", "\\ud800x", "é"]
