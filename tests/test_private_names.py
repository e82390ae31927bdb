"""Tests know what is public: none imports or replaces a private name; that none reads one, ruff holds."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from imports import imports_of

TESTS = Path(__file__).parent
REPLACES = ("setattr", "delattr", "patch")


def is_private(name: str) -> bool:
    """Whether a part of a dotted name is private."""
    return any(part.startswith("_") and not part.endswith("__") for part in name.split("."))


def replaced_names(path: Path) -> Iterator[tuple[int, str]]:
    """Line and name of all that a test puts something else in the place of."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)) if called in REPLACES:
                names = [part.value for part in node.args[:2] if isinstance(part, ast.Constant)]
                yield from ((node.lineno, name) for name in names if isinstance(name, str))


def private_names(path: Path) -> list[str]:
    named = [*imports_of(path), *replaced_names(path)]
    return [f"{path.name}:{line}: {name}" for line, name in named if is_private(name)]


def test_no_test_imports_or_replaces_a_private_name() -> None:
    assert [name for path in sorted(TESTS.rglob("*.py")) for name in private_names(path)] == []


@pytest.mark.parametrize(
    "source",
    [
        "from certlib.run import _write",
        "import certlib._inner",
        "def test(): from certlib._inner import read",
        "def test(monkeypatch): monkeypatch.setattr(run, '_write', None)",
        "def test(monkeypatch): monkeypatch.setattr('certlib.run._write', None)",
        "patch('certlib.run._write')",
    ],
)
def test_a_private_name_is_found(tmp_path: Path, source: str) -> None:
    (tmp_path / "test_it.py").write_text(source, encoding="utf-8")
    assert len(private_names(tmp_path / "test_it.py")) == 1


@pytest.mark.parametrize(
    "source",
    [
        "from __future__ import annotations",
        "from certlib.run import report",
        "def test(monkeypatch): monkeypatch.setattr(run, 'report', '_write')",
        "def test(monkeypatch): monkeypatch.setattr(run.Run, '__str__', None)",
    ],
)
def test_a_public_name_passes(tmp_path: Path, source: str) -> None:
    (tmp_path / "test_it.py").write_text(source, encoding="utf-8")
    assert private_names(tmp_path / "test_it.py") == []
