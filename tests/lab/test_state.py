import pytest

from certlib.lab.state import find_era, parse_release, prunes_cas


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ("10.0(1)", "none"),
        ("10.6(1)SU2", "none"),
        ("11.0(1)", "none"),
        ("11.5(1)", "automatic"),
        ("11.5(1)SU1", "automatic"),
        ("11.6(1)", "removed"),
        ("11.6(2)", "removed"),
        ("12.0(1)", "removed"),
        ("12.5(1)", "removed"),
        ("12.5(1)SU1", "removed"),
        ("12.5(1)SU2", "opt-in"),
        ("12.5(1)SU3 ES07", "opt-in"),
        ("15.0(1)", "opt-in"),
    ],
)
def test_four_lines_divide_the_releases(release, expected):
    assert find_era(release) == expected


def test_a_later_release_is_the_greater_one():
    mixed = ["12.5(1)su3", "15.0(1)", "12.5(1)", "10.6(1)SU1", "11.5(1)", "10.6(1)", "12.5(1)SU1"]
    ascending = ["10.6(1)", "10.6(1)SU1", "11.5(1)", "12.5(1)", "12.5(1)SU1", "12.5(1)su3", "15.0(1)"]
    assert sorted(mixed, key=parse_release) == ascending


def test_releases_from_12_5_on_prune_the_trust_store():
    assert [prunes_cas(release) for release in ("12.0(1)", "12.5(1)", "15.0(1)")] == [False, True, True]


def test_what_is_no_release_is_named():
    with pytest.raises(ValueError, match="'new'"):
        parse_release("new")
