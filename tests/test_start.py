"""What a command or a notebook waits for before it begins: no library that it does not use."""

import subprocess
import sys

import pytest

HEAVY = {
    *(
        "IPython",
        "certlib.assess.model",
        "http.client",
        "importlib.resources",
        "pandas",
        "papermill",
        "pydantic",
    ),
    *("rich", "tqdm"),
}


def loaded(code: str) -> set[str]:
    """Which of the heavy modules a program has loaded at its end."""
    tell = f"\nimport sys; print(*({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code + tell], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


SITE = """
from certlib.inventory import Node, Site
node = Node(role="uccx-publisher", name="u.test", address="127.77.0.9", release="11.5(1)", target_release="")
site = Site("A", "a", "A", "11.5(1)", "11.5(1)", None, (node,))
"""


@pytest.mark.parametrize(
    "code",
    [
        "import certlib.cli",
        f"import certlib{SITE}certlib.list_endpoints(site)",
        f"import certlib{SITE}certlib.collect(site=site)",
    ],
    ids=["the command line", "the endpoints of a site", "a collection"],
)
def test_a_site_is_collected_without_the_libraries_of_other_work(code: str) -> None:
    assert loaded(code) == set()
