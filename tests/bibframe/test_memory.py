"""What conversion remembers has a limit: memory does not grow with the file, whatever its records say."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from publisher.bibframe import RULES
from publisher.bibframe.conversion import REMEMBERED_FACTS, REMEMBERED_FIELDS, Conversion
from publisher.convert import BibframeNTriples
from publisher.sources.record import Field, Record

RECORDS = 450
ROOMS = ("publisher.bibframe", "publisher.rdf", "publisher.sources", "publisher.identity.keys")

TAGS = (10, 20, 24, 35, 40, 50, 82, 100, 245, 246, 260, 300, 490, 500, 505, 511, 520, 534, 540, 546, 588, 600, 650, 655,
        700, 710, 773, 830, 852, 856)  # fmt: skip


def said_by_nobody_else(n: int) -> Record:
    """Return a record whose every field is like that of no other record."""
    day = f"{n % 28 + 1:02}"
    subfields = "".join(f"\x1f{code}word {code}{n}" for code in "acdeqnpv024")
    fields = [
        Field("001", f"k{n}"),
        Field("003", f"L{n}"),
        Field("005", f"2004{n % 12 + 1:02}{day}{n:06}.0"),
        Field("008", f"04{n % 12 + 1:02}{day}s{1500 + n}    vm            000 0 {n % 26:c<3} d"),
        Field("041", f"1 \x1fax{n:02}\x1fhy{n:02}\x1f2z{n}"),
        Field("336", f"  \x1faterm {n}\x1fbt{n}\x1f2s{n}"),
        *(Field(f"{tag:03}", f"1 {subfields}\x1fuhttp://a.vn/{tag}/{n}") for tag in TAGS),
        Field("880", f"1 \x1f6500-00/S{n}\x1fachữ {n}"),
    ]
    return Record("00000nam a2200000 i 4500", fields)


def unlimited() -> Iterator[tuple[str, Any]]:
    """Yield each function of conversion that remembers its results for ever, by its name."""
    for module in [each for name, each in sys.modules.items() if name.startswith(ROOMS)]:
        for value in vars(module).values():
            if hasattr(value, "cache_info") and value.cache_info().maxsize is None:
                yield f"{value.__module__}.{value.__name__}", value


def convert(conversion: Conversion, writer: BibframeNTriples, numbers: range) -> None:
    for n in numbers:
        writer.record(conversion.describe(said_by_nobody_else(n), f"k{n}"))


def test_what_is_remembered_of_fields_has_a_limit() -> None:
    conversion = Conversion(RULES)
    convert(conversion, BibframeNTriples("http://example.org/"), range(RECORDS))
    assert 0 < len(conversion._made) <= REMEMBERED_FIELDS
    steps = [step for plan in conversion._plans.values() for _, its in plan.contextual for step in its]
    assert 0 < max(len(step.made) for step in steps) <= REMEMBERED_FACTS


def test_nothing_that_records_say_is_remembered_for_ever() -> None:
    conversion, writer = Conversion(RULES), BibframeNTriples("http://example.org/")
    convert(conversion, writer, range(50))
    before = {name: function.cache_info().currsize for name, function in unlimited()}
    convert(conversion, writer, range(50, 150))
    grown = {name: f.cache_info().currsize for name, f in unlimited() if f.cache_info().currsize > before.get(name, 0)}
    assert grown == {}
