"""A file or class of tests that is skipped as a whole fails where what it needs could be installed."""

import pytest

pytest_plugins = ["pytester"]

CONFTEST = """
from skipped import SkippedGroups

def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(SkippedGroups())
"""
BEGIN = "import pytest\nneeds = pytest.mark.skip(reason='no nginx on this machine')\n"
PASSES = "def test_passes(): pass\n"
SKIPS = "@needs\n@pytest.mark.parametrize('text', ['a::b', 'c'])\ndef test_skips(text): pass\n"


def ended(pytester: pytest.Pytester, *arguments: str, **files: str) -> pytest.RunResult:
    """A run over these files."""
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(**{name: BEGIN + text for name, text in files.items()})
    start = pytester.runpytest_subprocess if arguments else pytester.runpytest_inprocess
    return start("-p", "no:cacheprovider", *arguments)


@pytest.fixture(autouse=True)
def tests_on_the_path(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    monkeypatch.setenv("PYTHONPATH", str(request.path.parent))


@pytest.mark.parametrize("arguments", [(), ("-n", "2", "--dist", "loadfile")], ids=["alone", "with workers"])
def test_a_file_of_which_every_test_was_skipped_fails_the_run(
    pytester: pytest.Pytester, arguments: tuple[str, ...]
) -> None:
    run = ended(pytester, *arguments, test_a=SKIPS, test_b=PASSES)
    assert run.ret == pytest.ExitCode.TESTS_FAILED
    run.stdout.fnmatch_lines("FAILED test_a.py: every test was skipped (no nginx*")
    run.stdout.no_fnmatch_line("FAILED test_b.py*")


def test_a_class_of_which_every_test_was_skipped_fails_the_run(pytester: pytest.Pytester) -> None:
    run = ended(pytester, test_a=f"{PASSES}\nclass TestServer:\n    @needs\n    def test_it(self): pass\n")
    assert run.ret == pytest.ExitCode.TESTS_FAILED
    run.stdout.fnmatch_lines(
        "FAILED test_a.py::TestServer: every test was skipped (no nginx on this machine)"
    )


def test_a_test_that_is_skipped_beside_one_that_ran_fails_nothing(pytester: pytest.Pytester) -> None:
    assert ended(pytester, test_a=SKIPS + PASSES).ret == pytest.ExitCode.OK


@pytest.mark.parametrize(
    "text",
    ["def test_fails(): assert False\n", "@pytest.fixture\ndef gone(): 1 / 0\ndef test_it(gone): pass\n"],
    ids=["in the test", "in its fixture"],
)
def test_a_file_that_failed_was_not_skipped(pytester: pytest.Pytester, text: str) -> None:
    run = ended(pytester, test_a=SKIPS + text)
    assert run.ret == pytest.ExitCode.TESTS_FAILED
    run.stdout.no_fnmatch_line("*every test was skipped*")


def test_what_is_expected_to_fail_ran(pytester: pytest.Pytester) -> None:
    text = "@pytest.mark.xfail(reason='known')\ndef test_it(): assert False\n"
    assert ended(pytester, test_a=text).ret == pytest.ExitCode.OK
