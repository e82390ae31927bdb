"""Every error that certlib raises on purpose; each carries the objects that it is about."""

import errno
from dataclasses import dataclass
from pathlib import Path

from certlib.text import make_visible

# No other place helps: the disk is full, or the machine has no more of what writing needs.
_EXHAUSTED = {"ENOSPC", "EDQUOT", "EFBIG", "EIO", "ENOMEM", "EMFILE", "ENFILE"}


class CertlibError(Exception):
    """Something a user can put right; the command line prints it without a traceback."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file that a person wrote: where it stands, what is wrong, what to write instead."""

    file: str
    line: int | None
    key: str
    wrong: str
    instead: str

    def __str__(self) -> str:
        file = make_visible(self.file)
        place = file if self.line is None else f"{file}:{self.line}"
        key = f" {make_visible(self.key)}:" if self.key else ""
        return f"{place}:{key} {self.wrong} {self.instead}".rstrip()


class InvalidInput(CertlibError):
    """A file holds mistakes; all of them at once, in the order of the file."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class CannotWrite(CertlibError):
    """A folder or file of the run can't be written; `kept` says what is there of the work that was done."""

    def __init__(self, path: Path, cause: OSError | ValueError, kept: str = "") -> None:
        super().__init__(path, cause, kept)
        self.path, self.cause, self.kept = path, cause, kept

    @property
    def failed(self) -> bool:
        """Whether the work failed by it, and not only by the choice of a place."""
        number = self.cause.errno if isinstance(self.cause, OSError) else None
        return bool(self.kept) or errno.errorcode.get(number or 0) in _EXHAUSTED

    def __str__(self) -> str:
        said = self.cause.strerror if isinstance(self.cause, OSError) else None
        rest = self.kept or ("nothing was kept" if self.failed else "choose another place")
        cause = make_visible(said or str(self.cause))
        return f"{make_visible(str(self.path))}: cannot be written ({cause}); {rest}."


class RunFailed(CertlibError):
    """A notebook of the run did not come to its end; what was made until then is kept in the folder."""

    def __init__(self, folder: Path, step: str, cause: str) -> None:
        super().__init__(folder, step, cause)
        self.folder, self.step, self.cause = folder, step, cause

    def __str__(self) -> str:
        place = make_visible(str(self.folder))
        return f"{self.step} failed: {make_visible(self.cause)}; what was made until then is kept in {place}"
