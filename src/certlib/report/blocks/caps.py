"""How much of a very long list or text paper shows; how much more there is, it says in that place."""

from certlib.report.blocks.nodes import Node

ITEMS = 100  # of a list, and of names that a text lists
LETTERS = 4000  # of one text
LINES = 200  # of one listing


def cap_text(text: str) -> tuple[str, list[Node]]:
    """As much of a text as paper shows, and what is to be said of the rest."""
    names = text.split(", ")
    if len(names) > ITEMS:
        kept = ", ".join(names[:ITEMS])
        if len(kept) <= LETTERS:
            return f"{kept} ", [make_more("items", len(names) - ITEMS)]
    if len(text) <= LETTERS:
        return text, []
    kept = text[:LETTERS].rpartition(" ")[0] or text[:LETTERS]
    return f"{kept} … ", [make_more("letters", len(text) - len(kept))]


def make_more(what: str, count: int) -> Node:
    """The place where a reader is told how many more `what` there are, and where: items, letters or lines."""
    return {"k": "more", "what": what, "count": count}
