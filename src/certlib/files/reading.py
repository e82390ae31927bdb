"""A file that somebody gives, read with a bound, as text in UTF-8."""

from pathlib import Path

from certlib.errors import InvalidInput, Problem
from certlib.text import make_visible

_BOMS = {
    b"\xff\xfe\0\0": "UTF-32",
    b"\0\0\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}


def read_bytes(path: Path, *, limit: int, instead: str) -> bytes:
    """The content of a regular file of at most `limit` bytes.

    Raises InvalidInput; `instead` says what to do when there is no such file.
    """
    try:
        if path.is_dir():
            raise _refuse_unusable(path, "is a folder.", "Name a file in it.")
        if path.exists() and not path.is_file():
            raise _refuse_unusable(path, "is no regular file.", "Name a file.")
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except FileNotFoundError:
        raise _refuse_unusable(path, "does not exist.", instead) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise _refuse_unusable(
            path, f"cannot be read ({reason}).", "Check its name and who may read it."
        ) from None
    if len(content) > limit:
        raise _refuse_unusable(path, f"is larger than {limit:,} bytes.", "Name the right file.")
    return content


def find_encoding(content: bytes) -> str | None:
    """The encoding that a file's first bytes tell, where that is not UTF-8."""
    told = next((name for mark, name in _BOMS.items() if content.startswith(mark)), None)
    return told or ("UTF-16 or UTF-32" if b"\0" in content[:4] else None)


def decode_text(content: bytes, *, file: str) -> str:
    """The file's text. Raises InvalidInput when it is not UTF-8."""
    instead = "Save it as UTF-8."
    encoding = find_encoding(content)
    if encoding:
        raise InvalidInput(
            (Problem(make_visible(file), None, "", f"The encoding is {encoding}, not UTF-8.", instead),)
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        wrong = f"The encoding is not UTF-8: byte 0x{error.object[error.start]:02X} can't stand here."
        raise InvalidInput((Problem(make_visible(file), line, "", wrong, instead),)) from None


def _refuse_unusable(path: Path, wrong: str, instead: str) -> InvalidInput:
    return InvalidInput((Problem(make_visible(str(path)), None, "", wrong, instead),))
