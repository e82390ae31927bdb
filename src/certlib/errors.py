"""Every error that certlib raises on purpose; each carries the objects that it is about."""

from dataclasses import dataclass
from pathlib import Path


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
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        key = f" {self.key}:" if self.key else ""
        return f"{place}:{key} {self.wrong} {self.instead}".rstrip()


class InvalidInput(CertlibError):
    """A file holds mistakes; all of them at once, in the order of the file."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class CannotWrite(CertlibError):
    """A folder or file of the run can't be written."""

    def __init__(self, path: Path, cause: OSError) -> None:
        super().__init__(path, cause)
        self.path, self.cause = path, cause

    def __str__(self) -> str:
        return f"{self.path}: cannot be written ({self.cause.strerror or self.cause}); choose another place."


class RunFailed(CertlibError):
    """A notebook of the run did not come to its end; what was made until then is kept in the folder."""

    def __init__(self, folder: Path, step: str, cause: str) -> None:
        super().__init__(folder, step, cause)
        self.folder, self.step, self.cause = folder, step, cause

    def __str__(self) -> str:
        return f"{self.step} failed: {self.cause}; what was made until then is kept in {self.folder}"
