"""The first rows of an answer, as the page for people shows them (publisher/sparql/pages.py)."""

from __future__ import annotations

from typing import Any

import orjson
import pyoxigraph as ox


def preview(results: ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean, most: int) -> bytes:
    """Return the first `most` rows as JSON, for the page, and whether there are more."""
    if isinstance(results, ox.QueryBoolean):
        return orjson.dumps({"boolean": bool(results)})
    if isinstance(results, ox.QueryTriples):
        columns = ["subject", "predicate", "object"]
    else:
        columns = [variable.value for variable in results.variables]
    rows: list[list[dict[str, str] | None]] = []
    more = False
    for row in results:
        if len(rows) == most:
            more = True
            break
        rows.append([_term(value) for value in row])
    return orjson.dumps({"columns": columns, "rows": rows, "more": more})


def _term(term: Any) -> dict[str, str] | None:
    match term:
        case None:
            return None
        case ox.NamedNode():
            return {"type": "uri", "value": term.value}
        case ox.BlankNode():
            return {"type": "bnode", "value": f"_:{term.value}"}
        case ox.Literal():
            found = {"type": "literal", "value": term.value}
            if term.language:
                found["lang"] = term.language
            elif term.datatype.value != "http://www.w3.org/2001/XMLSchema#string":
                found["datatype"] = term.datatype.value
            return found
        case _:
            return {"type": "triple", "value": str(term)}
