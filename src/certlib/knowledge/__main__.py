"""Checks the knowledge files and prints their checksum for `checksum.txt`: `python -m certlib.knowledge`."""

from certlib.knowledge.load import FILES, FOLDER, compute_checksum, read

read(folder=FOLDER)
print(compute_checksum(FOLDER, FILES.values()))  # noqa: T201
