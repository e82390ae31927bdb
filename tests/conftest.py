"""What every test shares: how hypothesis draws, and Jupyter kept away from the user's own settings."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine must not fail a test; each run draws the same examples, or new ones with EXPLORE.
settings.register_profile("certlib", deadline=None, derandomize="EXPLORE" not in os.environ)
settings.load_profile("certlib")

JUPYTER = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    # Short, as the sockets of kernels stand below it and their paths are limited to about 100 characters.
    folder = config.stash[JUPYTER] = Path(tempfile.mkdtemp(prefix="certlib-"))
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        os.environ[name] = str(folder / name.lower())


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash[JUPYTER], ignore_errors=True)
