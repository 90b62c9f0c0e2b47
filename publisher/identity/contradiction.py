"""What forbids that two records describe one edition, whatever else agrees."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.identity.evidence import Evidence
from publisher.identity.people import is_credited
from publisher.identity.titles import Likeness, likeness
from publisher.identity.vouching import is_agreed, is_vouched

_SHARED_WORDS = 2 / 3
"""Of the words of the shorter title, how many have to be in the other where OCLC's number or an LCCN vouches for both.

Where only an ISBN or ISSN does, which publishers use twice, or a number of a local system, it is all of them.
"""

_NO_LANGUAGE = frozenset({"", "und", "zxx", "mul"})


def contradictions(a: Evidence, b: Evidence, title: Likeness | None = None) -> tuple[str, ...]:
    """Return what forbids that `a` and `b` are one edition; `title` is how their titles agree, where that is known.

    Where they have an OCLC number or an LCCN in common, only title, volume and date can.
    """
    agreed = is_agreed(a, b)
    vouched = agreed or is_vouched(a, b)
    title = title or likeness(a, b)
    found = []
    if not title.points and not (vouched and title.shared >= (_SHARED_WORDS if agreed else 1)):
        found.append(title.reason)
    if a.volume != b.volume and (not agreed or (a.volume and b.volume)) and not _one_volume_within(a, b, vouched):
        found.append(f"volume {_listed(a.volume)} is not {_listed(b.volume)}")
    if a.years and b.years and not _one_year(a, b) and not _in_decade(a, b):
        found.append(f"year {a.years[0]} is not {b.years[0]}")
    if agreed:
        return tuple(found)
    if title.slip and not vouched and not _slip_is_likely(a, b):
        found.append(f"{title.reason}, and nothing vouches for it")
    if title.bare and not vouched and not _is_one_without_its_number(a, b):
        found.append(f"only one has the subtitle “{a.rest or b.rest}”")
    if not vouched and a.language != b.language and _NO_LANGUAGE.isdisjoint((a.language, b.language)):
        found.append(f"language {min(a.language, b.language)} is not {max(a.language, b.language)}")
    if not vouched and _differ_in_pages(a, b):
        found.append(f"{a.pages} pages are not {b.pages}")
    return (*found, *_differing(a, b))


def are_apart(a: Evidence, b: Evidence) -> bool:
    """Return whether `a` and `b`, on which no number stands in common, contradict: what most pairs do, told quickly.

    True only where `contradictions` finds something; what is cheap to look at comes first, the titles last.
    """
    if any(not set(in_a).isdisjoint(in_b) for in_a, in_b in ((a.numbers, b.numbers), (a.isbns, b.isbns))):
        return False
    if a.issns and not set(a.issns).isdisjoint(b.issns):
        return False
    if a.volume != b.volume or (a.years and b.years and not _one_year(a, b) and not _in_decade(a, b)):
        return True
    if _differ_in_pages(a, b) or next(_differing(a, b), ""):
        return True
    if a.main == b.main and a.rest == b.rest:
        return not a.main
    return not likeness(a, b).points


def _is_one_without_its_number(a: Evidence, b: Evidence) -> bool:
    """Return whether enough else is equal for a subtitle with a number in it to be left out."""
    if not a.pages or a.pages != b.pages:
        return False
    return _one_year(a, b) or (
        not (a.years and b.years) and bool(a.credited and b.credited) and credit_each_other(a, b)
    )


def _differ_in_pages(a: Evidence, b: Evidence) -> bool:
    return bool(a.pages and b.pages) and abs(a.pages - b.pages) > max(6, max(a.pages, b.pages) // 20)


def _slip_is_likely(a: Evidence, b: Evidence) -> bool:
    """Return whether enough else is equal for two words that differ in a letter to be one misspelt."""
    if a.pages and b.pages:
        return a.pages == b.pages
    return bool(a.credited and b.credited and common_years(a, b)) and credit_each_other(a, b)


def clash(a: Evidence, b: Evidence) -> bool:
    """Return whether `a` and `b` may not be in one cluster: they contradict, or name others where no number is shared.

    That a third record, which names nobody, agrees with both does not make two books by two authors one.
    """
    if are_apart(a, b) or contradictions(a, b):
        return True
    return bool(a.credited and b.credited) and not credit_each_other(a, b) and not is_vouched(a, b)


def credit_each_other(a: Evidence, b: Evidence) -> bool:
    """Return whether one of the first names that either record gives is among all names of the other."""
    return any(is_credited(name, b.credited) for name in first_names(a)) or any(
        is_credited(name, a.credited) for name in first_names(b)
    )


def first_names(e: Evidence) -> list[str]:
    """Return the three first names that a record gives, or all that it credits as one."""
    return [name for name in e.agents if name][:3] or [e.credited]


def common_years(a: Evidence, b: Evidence) -> list[int]:
    """Return the years, or the decades (199), that both records name."""
    return sorted(set(a.years) & set(b.years))


def _one_year(a: Evidence, b: Evidence) -> bool:
    """Return whether one of the records names the year in which the other says that it came out.

    That both name the copyright of the first printing (2011, c1982; 2014, c1982) makes two printings no one.
    """
    return bool(a.years and b.years) and (a.years[0] in b.years or b.years[0] in a.years)


def _in_decade(a: Evidence, b: Evidence) -> bool:
    """Return whether a year of the one record is in a decade of the other."""
    return any(x == y // 10 or y == x // 10 for x in a.years for y in b.years)


def _differing(a: Evidence, b: Evidence) -> Iterator[str]:
    """Yield what no two records of one edition differ in, where no number of an agency says that they are."""
    if a.isbns and b.isbns and not set(a.isbns) & set(b.isbns):
        yield f"ISBN {a.isbns[0]} is not {b.isbns[0]}"
    if a.issns and b.issns and not set(a.issns) & set(b.issns):
        yield f"ISSN {a.issns[0]} is not {b.issns[0]}"
    if a.form != b.form:
        yield f"{a.form} is not {b.form}"
    if a.medium and b.medium and a.medium != b.medium:
        yield f"{a.medium} is not {b.medium}"
    if a.edition and b.edition and a.edition != b.edition:
        yield f"edition {a.edition} is not {b.edition}"
    if a.within and b.within and a.within != b.within and a.form.endswith(("a", "b")):
        yield "part of something else"
    if a.detail and b.detail and a.detail != b.detail and a.form.startswith("map"):
        yield "another scale or area"
    numbers_a, numbers_b = dict(a.series), dict(b.series)
    for series in sorted(numbers_a.keys() & numbers_b.keys()):
        if numbers_a[series] != numbers_b[series]:
            yield f"number {numbers_a[series]} of the series {series} is not {numbers_b[series]}"


def _one_volume_within(a: Evidence, b: Evidence, vouched: bool) -> bool:
    """Return whether the designations differ only in that one record tells more of the same ("1" and "1, 2")."""
    both = set(a.volume) & set(b.volume)
    return vouched and bool(both) and (both == set(a.volume) or both == set(b.volume))


def _listed(volume: tuple[str, ...]) -> str:
    return ", ".join(volume) or "none"
