"""What every test shares: how hypothesis draws, and Jupyter kept away from the user's own settings."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine must not fail a test; each run draws the same examples, or with EXPLORE new ones and more.
EXPLORE = "EXPLORE" in os.environ
settings.register_profile(
    "certlib", deadline=None, derandomize=not EXPLORE, max_examples=100 if EXPLORE else 40
)
settings.load_profile("certlib")

# Rooms whose files take longest come first, so that no worker is left with one of them at the end.
FIRST = ("browsers", "report", "end_to_end", "sites")

JUPYTER = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    # Short, as the sockets of kernels stand below it and their paths are limited to about 100 characters.
    folder = config.stash[JUPYTER] = Path(tempfile.mkdtemp(prefix="certlib-"))
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        os.environ[name] = str(folder / name.lower())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent

    def place(item: pytest.Item) -> int:
        room = item.path.relative_to(here).parts[0]
        return 0 if room in FIRST else 1 if room.endswith(".py") else 2

    items.sort(key=place)


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash[JUPYTER], ignore_errors=True)
