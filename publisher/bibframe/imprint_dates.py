"""Dates and country of publication as 008/06-17 codes them.

Source: MARC 21, 008/06-14 (type of date, date 1, date 2), 008/15-17 (place); Conversion specification 2.10, Process 8.
Dates are EDTF (Library of Congress, 2019). What is blank, not coded (`|`) or no year makes nothing, where the
reference leaves dates of four blanks and addresses without a code.
"""

from __future__ import annotations

from functools import lru_cache

from publisher.bibframe.codes import status
from publisher.bibframe.text import is_edtf, unknown_digits
from publisher.rdf.description import Arc, Iri, Node, Typed
from publisher.rdf.text import percent_encode

COUNTRIES = "http://id.loc.gov/vocabulary/countries/"
EDTF = "datatypes:edtf"
COPYRIGHT = "Copyright"
"""Stands beside the names of activities: a copyright date belongs to no activity."""

Coded = tuple[tuple[str, tuple[Arc, ...]], ...]

FUNCTIONS = dict.fromkeys("cdemnqrstu|", "Publication") | dict.fromkeys("ik", "Production") | {"p": "Distribution"}
NOTES = {"i": "inclusive collection dates", "k": "bulk collection dates"}
STATUSES = {"c": ("current", "current"), "d": ("ceased", "ceased"), "u": ("u", "unknown")}
"""008/06 of a continuing resource: its status at id.loc.gov, and the label of that."""


@lru_cache(maxsize=4096)
def coded(fixed: str) -> Coded:
    """Return (function, arcs) of what `fixed`, 008/06-17, tells; a function is there at most once.

    >>> coded("s2016    vm ")[0][0]
    'Publication'
    """
    kind, first, last = fixed[:1], _date(fixed[1:5]), _date(fixed[5:9])
    place = _place(fixed[9:12])
    function = FUNCTIONS.get(kind, "")
    date = _provision_date(kind, first, last, fixed)
    if not function or (kind == "|" and not date):
        return (("Publication", place),) if place else ()
    arcs: list[Arc] = []
    if kind in NOTES:
        arcs.append(("bf:note", Node("bf:Note", ("rdfs:label", NOTES[kind]))))
    if date:
        arcs.append(("bf:date", Typed(date, EDTF)))
    if kind in STATUSES:
        code, label = STATUSES[kind]
        arcs.append(status(label, Iri(f"http://id.loc.gov/vocabulary/mstatus/{code}")))
    result: list[tuple[str, tuple[Arc, ...]]] = [(function, (*arcs, *place))]
    if kind == "p" and last:
        result.append(("Production", (("bf:date", Typed(last, EDTF)),)))
    if kind == "t" and last:
        result.append((COPYRIGHT, (("bf:copyrightDate", Typed(last, EDTF)),)))
    return tuple((name, its) for name, its in result if its)


def _date(digits: str) -> str:
    """Return a year with X for unknown digits, "" for one that is not coded or is none."""
    if not digits.strip(" |#-"):
        return ""
    year = unknown_digits(digits).replace("|", "X").replace("-", "X").strip()
    return year if is_edtf(year) else ""


def _place(code: str) -> tuple[Arc, ...]:
    code = code.strip()
    return (("bf:place", Iri(COUNTRIES + percent_encode(code))),) if code.strip("|") else ()


def _provision_date(kind: str, first: str, last: str, fixed: str) -> str:
    if kind == "c":
        return f"{first}/.." if first else ""
    if kind in tuple("dikmu") or (kind in ("|", "n") and first and last):
        return f"{first}/{last}" if first or last else ""
    if kind == "q":
        return "/".join(f"{date}~" if date else "" for date in (first, last)) if first or last else ""
    if kind == "e":
        return _day(first, fixed[5:7], fixed[7:9])
    if kind == "n":
        return first or "XXXX"
    return first


def _day(year: str, month: str, day: str) -> str:
    parts = [year, *(unknown_digits(part) for part in (month, day) if part.strip(" |"))]
    date = "-".join(parts)
    return date if is_edtf(date) else year
