"""Which numbers vouch for two records: those that are given to editions and stand on both."""

from __future__ import annotations

from publisher.identity.evidence import Evidence

_UNIQUE = ("oclc:", "lccn:")
"""Numbers that one agency gives to one edition in the whole world; others may be a system's count of its records."""


def is_agreed(a: Evidence, b: Evidence) -> bool:
    """Return whether both records have an OCLC number or an LCCN in common."""
    return bool(agreed_number(a, b))


def agreed_number(a: Evidence, b: Evidence) -> str:
    """Return the first OCLC number or LCCN that both records have in common, or ""."""
    return next((number for number in a.numbers if number in b.numbers and number.startswith(_UNIQUE)), "")


def is_of_agency(number: str) -> bool:
    """Return whether a number is one that an agency gives to one edition in the whole world."""
    return number.startswith(_UNIQUE)


def is_vouched(a: Evidence, b: Evidence) -> bool:
    """Return whether both records have a number in common that is given to editions."""
    return any(not set(in_a).isdisjoint(in_b) for in_a, in_b in ((a.isbns, b.isbns), (a.issns, b.issns))) or any(
        number in b.numbers and not number.startswith("issue:") for number in a.numbers
    )
