"""The rooms of certlib and who may know whom, held by reading the imports of every module."""

from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from imports import imports_of

SOURCE = Path(__file__).parent.parent / "src" / "certlib"

LEAVES = {"der", "errors", "files", "language", "palette", "reasons", "terms", "text", "version"}

# Room: the rooms that it imports, no more and no less; the leaves, which import no room, are open to all.
# A room is a module or a package directly below certlib.
ROOMS: dict[str, set[str]] = {
    **{leaf: set() for leaf in LEAVES},
    "errors": {"text"},  # a message shows what the eye can't see
    "files": {"errors", "text"},
    "terms": {"language"},
    "reasons": {"language"},
    "x509": set(),
    "tls": set(),
    "knowledge": set(),
    "translations": {"knowledge"},
    "inventory": {"knowledge", "x509"},
    "evidence": {"inventory", "x509"},
    "collect": {"evidence", "inventory", "knowledge", "tls", "x509"},
    "assess": {"evidence", "inventory", "knowledge", "x509"},
    "pseudonyms": {"assess", "evidence", "inventory", "knowledge", "tls", "x509"},
    "changes": {"assess", "evidence", "inventory", "knowledge", "pseudonyms", "x509"},
    "runbook": {"assess", "inventory", "knowledge", "x509"},
    "words": {"assess", "changes", "evidence", "knowledge", "x509"},
    "tables": {"assess", "changes", "knowledge", "words"},
    "frames": {"assess", "evidence", "inventory", "knowledge", "runbook", "tables", "words", "x509"},
    "show": {
        "assess",
        "changes",
        "evidence",
        "frames",
        "inventory",
        "knowledge",
        "runbook",
        "tables",
        "words",
        "x509",
    },
    "export": {"assess", "evidence", "frames", "show", "tables", "words"},
    "report": {"inventory"},
    "lab": set(),  # an oracle for what the others foretell, so it shares none of their rules
    "jupyter": set(),
    "run": {"changes", "collect", "evidence", "inventory", "jupyter", "lab", "pseudonyms", "report", "show"},
    "__main__": {"cli"},
    "__init__": {"assess", "collect", "evidence", "inventory"},
}
# The command line knows all, also what the package offers to notebooks.
KNOWS_ALL = "cli"

JUPYTER = {
    "IPython",
    "ipykernel",
    "jupyter_client",
    "jupyter_core",
    "nbclient",
    "nbconvert",
    "nbformat",
    "papermill",
}
NETWORK = {
    "asyncio",
    "ftplib",
    "http",
    "selectors",
    "smtplib",
    "socket",
    "socketserver",
    "ssl",
    "urllib.request",
}
FRAMES = {"numpy", "pandas"}

# Outside packages that only some rooms may import.
RESERVED: list[tuple[set[str], set[str]]] = [
    (FRAMES, {"frames", "show", "export"}),
    (JUPYTER, {"jupyter", "run", "report"}),
    (NETWORK, {"collect", "lab"}),
]


def name_of(path: Path, source: Path) -> str:
    parts = [source.name, *path.relative_to(source).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 2 else parts)


def room_of(dotted: str, package: str) -> str | None:
    """The first part of a dotted name below the package; None outside of the package."""
    parts = dotted.split(".")
    return None if parts[0] != package else ".".join(parts[1:2]) or package


def violations(source: Path) -> list[str]:
    """Every import below a package's folder that the rules of the rooms forbid."""
    found = []
    for path in sorted(source.rglob("*.py")):
        own = name_of(path, source).split(".")[1]
        if own == KNOWS_ALL:
            continue
        if own not in ROOMS:
            found.append(
                f"{path.relative_to(source)}: {own} is no room; give it its rules in {Path(__file__).name}"
            )
            continue
        for line, dotted in imports_of(path):
            place = f"{path.relative_to(source)}:{line}: {own} must not import"
            room = room_of(dotted, source.name)
            allowed = ROOMS[own] | ({own} if own in LEAVES else LEAVES | {own})
            if room is not None and room not in allowed:
                found.append(f"{place} {room}")
            found += [
                f"{place} {outside}"
                for names, rooms in RESERVED
                for outside in names
                if own not in rooms and f"{dotted}.".startswith(f"{outside}.")
            ]
    return found


def cycle(source: Path) -> list[str]:
    """The modules of one import cycle below a package's folder; empty when there is none."""
    modules = {name_of(path, source): path for path in source.rglob("*.py")}
    graph: dict[str, set[str]] = {}
    for module, path in modules.items():
        graph[module] = set()
        for _, dotted in imports_of(path):
            # `from a.b import c` means the module a.b.c where there is one, else a name in a.b; and to
            # import a.b.c is to import a.b before, unless that is already under way.
            target = dotted if dotted in modules else dotted.rpartition(".")[0]
            while target in modules and not f"{module}.".startswith(f"{target}."):
                graph[module].add(target)
                target = target.rpartition(".")[0]
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_every_room_imports_only_the_rooms_below_it() -> None:
    assert violations(SOURCE) == []


def test_no_module_imports_itself_by_a_detour() -> None:
    assert cycle(SOURCE) == []


def test_every_rule_is_of_a_room_that_there_is_and_the_guide_names_each() -> None:
    rooms = {
        path.stem for path in SOURCE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert rooms == {*ROOMS, KNOWS_ALL}
    guide = (SOURCE.parent.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    listed = guide.partition("## The rooms")[2].partition("\n## ")[0]
    assert {room for room in rooms if f"`{room}`" not in listed} == {"__init__", "__main__"}


def test_no_rule_allows_what_no_module_imports() -> None:
    imported: dict[str, set[str]] = {room: set() for room in ROOMS}
    for path in SOURCE.rglob("*.py"):
        own = name_of(path, SOURCE).split(".")[1]
        for _, dotted in imports_of(path):
            imported.setdefault(own, set()).add(room_of(dotted, SOURCE.name) or "")
    assert {
        room: sorted(allowed - imported[room]) for room, allowed in ROOMS.items() if allowed - imported[room]
    } == {}
    assert all(
        any(
            f"{dotted}.".startswith(f"{name}.")
            for name in names
            for room in rooms
            for dotted in outside(room)
        )
        for names, rooms in RESERVED
    )


def outside(room: str) -> set[str]:
    """What a room imports, by its dotted names."""
    paths = [SOURCE / f"{room}.py", *(SOURCE / room).rglob("*.py")]
    return {dotted for path in paths if path.exists() for _, dotted in imports_of(path)}


def test_the_rules_themselves_run_one_way() -> None:
    TopologicalSorter(ROOMS).prepare()
    assert all(room in {*ROOMS, KNOWS_ALL} for rooms in ROOMS.values() for room in rooms)


def made_up(folder: Path, files: dict[str, str]) -> Path:
    source = folder / "certlib"
    for name, text in files.items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return source


@pytest.mark.parametrize(
    ("file", "text", "forbidden"),
    [
        ("x509.py", "from certlib.inventory import Site", "x509 must not import inventory"),
        ("errors.py", "import certlib.reasons", "errors must not import reasons"),
        ("tls/grab.py", "import socket", "tls must not import socket"),
        ("assess/verdict.py", "import pandas as pd", "assess must not import pandas"),
        (
            "assess/checks/age.py",
            "from certlib.collect.live import collect",
            "assess must not import collect",
        ),
        ("assess/presented.py", "def f():\n    from asyncio import run", "assess must not import asyncio"),
        ("frames.py", "from nbformat.v4 import new_notebook", "frames must not import nbformat"),
        (
            "run.py",
            "from importlib import import_module\nx = import_module('pandas')",
            "run must not import pandas",
        ),
        ("evidence.py", "from urllib import request", "evidence must not import urllib.request"),
        ("collect/live.py", "from certlib import Site", "collect must not import Site"),
        ("show/page.py", "import certlib", "show must not import certlib"),
        ("helpers.py", "", "helpers is no room"),
    ],
)
def test_a_forbidden_import_is_named_with_its_line(
    tmp_path: Path, file: str, text: str, forbidden: str
) -> None:
    (violation,) = violations(made_up(tmp_path, {file: text}))
    assert violation.startswith(file)
    assert forbidden in violation


def test_allowed_imports_pass(tmp_path: Path) -> None:
    source = made_up(
        tmp_path,
        {
            "__init__.py": "from certlib.evidence import Evidence\n__version__ = '1'",
            "evidence.py": "from certlib.version import VERSION\nfrom certlib.inventory import Site",
            "inventory.py": "from urllib.parse import quote\nfrom certlib.errors import InvalidInput",
            "errors.py": "from pathlib import Path",
            "collect/__init__.py": "from certlib.collect.live import collect",
            "collect/live.py": "import asyncio\nfrom certlib.evidence import Evidence",
            "frames.py": "import pandas",
            "cli.py": "import socket\nfrom certlib import Evidence, frames",
        },
    )
    assert violations(source) == []
    assert cycle(source) == []


@pytest.mark.parametrize(
    "files",
    [
        {"tls/a.py": "from certlib.tls import b", "tls/b.py": "from certlib.tls.a import f"},
        {"tls/a.py": "def f():\n    import certlib.tls.b", "tls/b.py": "import certlib.tls.a"},
        {
            "frames.py": "from certlib.show.words import f",
            "show/__init__.py": "from certlib.show.page import g",
            "show/page.py": "from certlib.frames import h",
            "show/words.py": "",
        },
    ],
    ids=["two modules", "inside a function", "through the package of a module"],
)
def test_an_import_cycle_is_found(tmp_path: Path, files: dict[str, str]) -> None:
    assert len(cycle(made_up(tmp_path, files))) > 1
