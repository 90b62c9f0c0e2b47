"""The queries behind the pages: `sparql/pages/*.rq`, loaded by name. Values are bound as variables, never pasted."""

from __future__ import annotations

from functools import cache

from publisher import resources


@cache
def text(name: str) -> str:
    """Return the query `name`."""
    return (resources.folder("sparql") / "pages" / f"{name}.rq").read_text(encoding="utf-8")
