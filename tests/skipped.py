"""Groups of tests that were skipped as a whole: where their programs can be installed, they fail the run.

A test that is skipped is easily overlooked, and a file of them is a promise that nobody holds. `make test`
sets WHOLE where it can install what tests need (apt-get, as root); elsewhere such a group skips and says why.
"""

from collections import defaultdict

import pytest


class SkippedGroups:
    """Notes which files and classes ran a test, and at the end which ran none."""

    def __init__(self) -> None:
        self._reasons: dict[str, set[str]] = defaultdict(set)  # by group, of its skipped tests
        self._ran: set[str] = set()

    def find(self) -> dict[str, list[str]]:
        """By file, or by class of a file that ran others: why none of its tests ran."""
        skipped = {group for group in self._reasons if group not in self._ran}
        return {
            group: sorted(self._reasons[group])
            for group in sorted(skipped)
            if group.rpartition("::")[0] not in skipped
        }

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        parts = report.nodeid.partition("[")[0].split("::")[:-1]
        groups = ["::".join(parts[: length + 1]) for length in range(len(parts))]
        if report.skipped and not hasattr(report, "wasxfail"):
            for group in groups:
                self._reasons[group].add(report.longrepr[2].removeprefix("Skipped: "))
        elif report.when == "call" or report.failed:
            self._ran.update(groups)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.find() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for group, reasons in self.find().items():
            why = "; ".join(reasons)
            terminalreporter.write_line(f"FAILED {group}: every test was skipped ({why})", red=True)
