"""Checks the knowledge files and prints their seal for `seal.txt`: `python -m certlib.knowledge`."""

from certlib.knowledge.load import FILES, FOLDER, read
from certlib.knowledge.seal import seal

read(folder=FOLDER)
print(seal(FOLDER, FILES.values()))  # noqa: T201
