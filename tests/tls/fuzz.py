"""The coverage-guided run: ends with its time or with the first input that fails.

Needs atheris beside the packages of certlib, best in an environment of its own:

    PYTHONPATH=src:tests python tests/tls/fuzz.py FOLDER -max_total_time=1800 -max_len=8192

FOLDER holds the corpus; it is started with flights that a server could send.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["certlib"]):
    from tls.hostile import one_input, seeds


def main() -> None:
    """Writes the first corpus, then runs until the time is over or something does not hold."""
    folder = Path(sys.argv[1])
    folder.mkdir(exist_ok=True)
    for number, seed in enumerate(seeds()):
        (folder / f"seed-{number}").write_bytes(seed)
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
