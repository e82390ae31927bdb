"""The places of a report that something links to: the only ones that the PDF has to mark."""

from dataclasses import dataclass

from certlib.report.blocks.nodes import Node, iterate_nodes
from certlib.report.tree import HEADINGS, Element


@dataclass(frozen=True, slots=True)
class Places:
    """The ids that are linked to; `same` leads from a place that begins with a heading to that heading."""

    linked: frozenset[str]
    same: dict[str, str]

    def anchor(self, element: Element) -> list[Node]:
        """The mark of an element that something links to."""
        name = element.attrs.get("id", "")
        return [{"k": "anchor", "id": name}] if name in self.linked else []

    def target(self, href: str) -> str:
        """Where a link within the report leads."""
        return self.same.get(href[1:], href[1:])


def find_places(root: Element) -> Places:
    """The places of a report."""
    same = {
        e.attrs["id"]: first.attrs["id"]
        for e in root.walk()
        if e.tag in ("div", "section") and "id" in e.attrs
        for first in e.children[:1]
        if isinstance(first, Element) and first.tag in HEADINGS
    }
    linked = (e.attrs["href"][1:] for e in root.walk() if e.attrs.get("href", "").startswith("#"))
    return Places(frozenset(same.get(name, name) for name in linked), same)


def settle_places(flow: list[Node]) -> None:
    """Mark each place once, best by its heading, and let no link lead where the PDF has nothing."""
    all_nodes = list(iterate_nodes(flow))
    marked = {node["id"] for node in all_nodes if node["k"] == "heading"}
    for node in all_nodes:
        if node["k"] == "anchor" and node["id"] in marked:
            node["k"], node["c"] = "span", []
        elif "id" in node:
            marked.add(node["id"])
    for node in all_nodes:
        if node["k"] == "link" and node["to"] not in marked:  # a place that only HTML has, such as a row
            node["k"] = "span"
