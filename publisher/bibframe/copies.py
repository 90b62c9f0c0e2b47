"""Copies: what fields say of the copy that one institution holds ($5) is gathered on one item.

Source: Conversion specification 2.10, 050-088 (051) and 5XX (541); Numeric subfields ($5). The reference knows one
institution, the Library of Congress, and gives it every 541; here the copy is held by the institution that $5 names.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from publisher.bibframe.field import MarcField
from publisher.bibframe.recordview import RecordView
from publisher.bibframe.subfields import ORGANIZATIONS
from publisher.bibframe.text import code_for_iri
from publisher.rdf.description import Arc, Iri, Local, node
from publisher.rdf.resource import Made

Parts = list[tuple[int, Made]]


def copies(view: RecordView, of_copies: Parts, work: Parts, instance: Parts) -> Iterator[tuple[int, Made]]:
    """Yield `bf:hasItem` for the copy of each institution that a part in `of_copies` is about.

    The item also gets what other fields with the same $5 have made on `work` and `instance`.
    """
    fields = {field.position: field for field in view.fields}
    by_holder: dict[str, Parts] = {}
    for position, made in of_copies:
        by_holder.setdefault(holder(fields[position]), []).append((position, made))
    for n, (code, parts) in enumerate(by_holder.items()):
        arcs: list[Arc] = []
        if code:
            arcs.append(("bf:heldBy", Iri(ORGANIZATIONS + code_for_iri(code, strip_punctuation=True))))
            arcs += chain.from_iterable(
                made.arcs for position, made in chain(work, instance) if code in fields[position].all("5")
            )
        for _, made in parts:
            arcs += made.arcs
        arcs.append(("bf:itemOf", Local("Instance")))
        item = node("bf:Item", arcs, None if n else Local("Item"), f"Item{n + 1}-%d" if n else "")
        yield parts[0][0], Made((("bf:hasItem", item),))


def holder(field: MarcField) -> str:
    """Return the code of the institution whose copy a field is about; 051 is the Library of Congress' own."""
    return field.first("5") or ("DLC" if field.tag == "051" else "")
