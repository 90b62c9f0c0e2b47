"""References, as values of a description: to something outside the record, or to one of its own resources.

Apart from the description because they are kinds of `str`, which is not compiled; the description is.
"""

from __future__ import annotations


class Iri(str):
    """The IRI of something outside the record."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Iri({str(self)!r})"


class Local(str):
    """One of the record's own resources by name: `Local("Work")`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Local({str(self)!r})"
