"""What every test shares: how hypothesis draws, nothing of the user's Jupyter, signals that are heard."""

import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from skipped import SkippedGroups

# A busy machine must not fail a test; each run draws the same examples, or with EXPLORE new ones and more.
EXPLORE = "EXPLORE" in os.environ
settings.register_profile(
    "certlib", deadline=None, derandomize=not EXPLORE, max_examples=100 if EXPLORE else 40
)
settings.load_profile("certlib")

# Rooms whose files take longest come first, so that no worker is left with one of them at the end.
FIRST = ("browsers", "report", "end_to_end", "sites")
SECOND = ("changes", "cli", "knowledge", "pseudonyms", "run")  # and what lies beside this file

JUPYTER = pytest.StashKey[Path]()
HEARD = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
if hasattr(signal, "SIGCHLD"):
    HEARD[signal.SIGCHLD] = signal.SIG_DFL


def pytest_configure(config: pytest.Config) -> None:
    # Short, as the sockets of kernels stand below it and their paths are limited to about 100 characters.
    folder = config.stash[JUPYTER] = Path(tempfile.mkdtemp(prefix="certlib-"))
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        os.environ[name] = str(folder / name.lower())
    for name in ("JUPYTER_PATH", "PYTHONSTARTUP"):
        os.environ.pop(name, None)
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # this environment's kernel before that of a user
    if os.environ.get("WHOLE") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(SkippedGroups())
    # What ignores a signal hands that on to all that it starts: in the background, or by nohup, Ctrl-C is
    # ignored, and a test that sends it to a program of its own would wait for ever.
    for heard, handler in HEARD.items():
        if signal.getsignal(heard) == signal.SIG_IGN:
            signal.signal(heard, handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent

    def place(item: pytest.Item) -> int:
        room = item.path.relative_to(here).parts[0]
        return 0 if room in FIRST else 1 if room in SECOND or room.endswith(".py") else 2

    items.sort(key=place)


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash[JUPYTER], ignore_errors=True)
