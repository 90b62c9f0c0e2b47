"""Citations: a work or an edition as CSL-JSON, BibTeX and RIS, for reference managers.

Sources: CSL 1.0.2 (https://docs.citationstyles.org/en/stable/specification.html, appendices III and IV), BibTeX 0.99d
(btxdoc), RIS (Research Information Systems, 2011). BibTeX and RIS are made from the CSL item, so that the three agree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson

from publisher.site.brief import Brief, Host, Maker
from publisher.site.formats import BIBTEX, CSL, RIS, Format
from publisher.site.personalnames import PersonalName, personal_name

_TYPES = {
    "book": "book", "periodical": "periodical", "map": "map", "score": "musical_score", "music": "song",
    "sound": "song", "video": "motion_picture", "image": "graphic", "manuscript": "manuscript", "data": "dataset",
    "collection": "collection",
}  # fmt: skip
"""The form of a work, and the type of CSL; everything else is a `document`."""
_ROLES = {
    "author": ("aut", "cre", "aui", "dis"), "composer": ("cmp",), "director": ("drt", "fmd"),
    "editor": ("edt", "com", "col", "edc", "isb"), "translator": ("trl",), "illustrator": ("ill",),
}  # fmt: skip
"""The role in CSL, and the relators of MARC that mean it. Who collected or compiled stands where editors stand."""
_SILENT = ("spn", "dgg", "dgs", "fnd", "pbl", "own", "dnr", "prt", "dst")
"""Relators that no citation names: sponsors, universities, supervisors."""

_EDTF = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?([?~%]?)(?:/(\d{4})?(?:-\d{2})*[?~%]?)?")
_PAGES = re.compile(r"(\d+)\s*(?:tr\b|trang|p\b|pages?\b|s\b)", re.I)
_VOLUME = re.compile(r"\b(?:vol(?:ume)?|tập|t)\.?\s*(\d+)", re.I)
_ISSUE = re.compile(r"\b(?:no|number|issue|số)\.?\s*(\d+)", re.I)
_IN_PAGES = re.compile(r"\b(?:tr|trang|pp?|pages?)\.?\s*(\d+(?:\s*[-–]\s*\d+)?)", re.I)


def csl_item(brief: Brief) -> dict[str, Any]:
    """Return `brief` as one item of CSL-JSON; its `id` and `URL` are the IRI."""
    item: dict[str, Any] = {
        "id": brief.iri,
        "type": _type(brief),
        "title": f"{brief.title}: {brief.subtitle}" if brief.subtitle else brief.title,
        **_people(brief),
        "issued": _issued(brief.date),
        "edition": brief.edition,
        "publisher": "; ".join(brief.publishers),
        "publisher-place": "; ".join(brief.places),
        "number-of-pages": _number_of_pages(brief.extent),
        "ISBN": " ".join(brief.isbns),
        "ISSN": next(iter(brief.issns), ""),
        "DOI": next(iter(brief.dois), ""),
        "language": next(iter(brief.languages), "") if len(brief.languages) == 1 else ", ".join(brief.languages),
        "keyword": "; ".join(subject.label for subject in brief.subjects),
        "abstract": " ".join(brief.summaries),
        "URL": brief.iri,
    }
    if brief.series:
        item["collection-title"], item["collection-number"] = brief.series[0]
    if brief.host:
        item |= _inside(brief.host)
    if brief.thesis:
        item["genre"] = brief.thesis.degree
        item["publisher"] = brief.thesis.institution or item["publisher"]
        item["issued"] = item["issued"] or _issued(brief.thesis.date)
    return {name: value for name, value in item.items() if value}


def _type(brief: Brief) -> str:
    if brief.thesis or "Thesis" in brief.classes:
        return "thesis"
    if brief.host:
        return "article-journal" if brief.form == "periodical" or brief.host.issn else "chapter"
    return _TYPES.get(brief.form, "document")


def _people(brief: Brief) -> dict[str, list[dict[str, str]]]:
    """Return who is cited, by role. The one whom the record puts first is the author when nobody else is."""
    found: dict[str, list[dict[str, str]]] = {}
    for maker in brief.makers:
        roles = [role for role, relators in _ROLES.items() if set(relators) & set(maker.roles)]
        if not roles and maker.principal:
            roles = ["author"]
        if not roles and not set(_SILENT) & set(maker.roles):
            roles = ["contributor"]
        for role in roles:
            found.setdefault(role, []).append(_name(maker))
    return found


def _name(maker: Maker) -> dict[str, str]:
    name = personal_name(maker.name) if maker.is_person else PersonalName(literal=maker.name)
    return {part: value for part, value in name._asdict().items() if value}


def _issued(date: str) -> dict[str, Any]:
    """Return a date of EDTF as CSL has it, {} for one that is not known to the year."""
    found = _EDTF.fullmatch(date)
    if not found:
        return {}
    first = [int(part) for part in found.group(1, 2, 3) if part and int(part)]
    issued: dict[str, Any] = {"date-parts": [first, [int(found[5])]] if found[5] else [first]}
    return {**issued, "circa": True} if found[4] else issued


def _number_of_pages(extent: Iterable[str]) -> str:
    return next((found[1] for text in extent if (found := _PAGES.search(text))), "")


def _inside(host: Host) -> dict[str, str]:
    said = {"volume": _VOLUME, "issue": _ISSUE, "page": _IN_PAGES}
    where = {name: found[1].replace(" ", "") for name, pattern in said.items() if (found := pattern.search(host.part))}
    return {"container-title": host.title, "ISSN": host.issn, "ISBN": host.isbn, **where}


def in_words(item: dict[str, Any]) -> str:
    """Return `item` as one line that can be copied: makers, title, edition, place: publisher, year (after ISO 690).

    >>> in_words({"title": "Truyện Kiều", "author": [{"literal": "Nguyễn Du"}], "publisher": "Văn học", "URL": "u"})
    'Nguyễn Du. Truyện Kiều. Văn học. u'
    """
    roles = (role for role in ("author", "composer", "director", "editor") if role in item)
    makers: list[dict[str, str]] = item.get(next(roles, ""), [])
    where = ": ".join(filter(None, (item.get("publisher-place", ""), item.get("publisher", ""))))
    inside = ", ".join(filter(None, (item.get("container-title", ""), item.get("volume"), item.get("issue"))))
    parts = (
        "; ".join(PersonalName(**name).inverted for name in makers),
        item["title"],
        item.get("genre", ""),
        inside,
        item.get("edition", ""),
        ", ".join(filter(None, (where, str(_first_year(item) or "")))),
        item["URL"],
    )
    return ". ".join(part.rstrip(" .") for part in parts if part)


def csl_json(items: list[dict[str, Any]]) -> bytes:
    """Return `items` as a file of CSL-JSON."""
    return orjson.dumps(items, option=orjson.OPT_INDENT_2)


# BibTeX

_ENTRIES = {
    "book": "book", "article-journal": "article", "chapter": "incollection", "periodical": "periodical",
    "manuscript": "unpublished",
}  # fmt: skip
_DOCTOR = re.compile(r"tiến sĩ|phó tiến sĩ|ph\.?\s?d|doct", re.I)
_SPECIAL = str.maketrans(
    {
        "\\": r"\textbackslash ", "{": "(", "}": ")", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
        "~": r"\textasciitilde ", "^": r"\textasciicircum ", "\n": " ", "\r": " ", "\t": " ",
    }
)  # fmt: skip
_NOT_IN_KEY = re.compile(r"[^0-9A-Za-z-]+")


def bibtex(items: Iterable[dict[str, Any]]) -> bytes:
    """Return `items` as BibTeX in UTF-8. Titles and names are braced, so no style changes their letters."""
    return "\n".join(_bibtex_entry(item) for item in items).encode()


def _bibtex_entry(item: dict[str, Any]) -> str:
    entry = _ENTRIES.get(item["type"], "misc")
    if item["type"] == "thesis":
        entry = "phdthesis" if _DOCTOR.search(item.get("genre", "")) else "mastersthesis"
    fields = [(name, value) for name, value in _bibtex_fields(item, entry) if value]
    key = _NOT_IN_KEY.sub("-", "-".join(item["id"].split("/")[-2:]))
    return f"@{entry}{{{key},\n" + "".join(f"  {name} = {{{value}}},\n" for name, value in fields) + "}\n"


def _bibtex_fields(item: dict[str, Any], entry: str) -> Iterator[tuple[str, str]]:
    def said(name: str) -> str:
        return str(item.get(name, "")).translate(_SPECIAL)

    yield "author", _bibtex_names(item.get("author") or item.get("composer") or item.get("director") or [])
    yield "editor", _bibtex_names(item.get("editor", []))
    yield "translator", _bibtex_names(item.get("translator", []))
    yield "title", f"{{{said('title')}}}"
    yield ("journal" if entry == "article" else "booktitle"), said("container-title")
    yield "school" if entry.endswith("thesis") else "publisher", said("publisher")
    yield "address", said("publisher-place")
    yield "year", str(_first_year(item) or "")
    yield "edition", said("edition")
    yield "series", said("collection-title")
    yield "volume", said("volume")
    yield "number", said("issue") or said("collection-number")
    yield "pages", said("page").replace("–", "--").replace("-", "--").replace("----", "--")
    yield "pagetotal", said("number-of-pages")
    yield "type", said("genre")
    yield "isbn", said("ISBN")
    yield "issn", said("ISSN")
    yield "doi", str(item.get("DOI", "")).translate(_BRACES)
    yield "language", said("language")
    yield "keywords", said("keyword")
    yield "abstract", said("abstract")
    yield "url", str(item["URL"]).translate(_BRACES)
    yield ("note" if entry == "unpublished" else ""), ("Manuscript" if entry == "unpublished" else "")


_BRACES = str.maketrans({"{": "%7B", "}": "%7D"})


def _bibtex_names(names: list[dict[str, str]]) -> str:
    """Return names with "and" between them; a name that is not taken apart is braced, so BibTeX leaves it whole."""
    return " and ".join(
        f"{{{name['literal'].translate(_SPECIAL)}}}"
        if "literal" in name
        else PersonalName(**name).inverted.translate(_SPECIAL)
        for name in names
    )


def _first_year(item: dict[str, Any]) -> int | None:
    parts: list[list[int]] = item.get("issued", {}).get("date-parts", [])
    return parts[0][0] if parts else None


# RIS

_RIS_TYPES = {
    "book": "BOOK", "thesis": "THES", "article-journal": "JOUR", "chapter": "CHAP", "periodical": "JFULL", "map": "MAP",
    "musical_score": "MUSIC", "song": "SOUND", "motion_picture": "VIDEO", "graphic": "ART", "manuscript": "MANSCPT",
    "dataset": "DATA",
}  # fmt: skip
_RIS_PEOPLE = (("AU", ("author", "composer", "director")), ("ED", ("editor",)), ("A4", ("translator", "illustrator")))
_RIS_FIELDS = (
    ("T2", "container-title"), ("T3", "collection-title"), ("PB", "publisher"), ("CY", "publisher-place"),
    ("ET", "edition"), ("VL", "volume"), ("IS", "issue"), ("M3", "genre"), ("DO", "DOI"), ("LA", "language"),
    ("AB", "abstract"), ("UR", "URL"),
)  # fmt: skip
_ONE_LINE = re.compile(r"\s+")


def ris(items: Iterable[dict[str, Any]]) -> bytes:
    """Return `items` as RIS in UTF-8, with the ends of lines that it asks for."""
    return "".join(
        f"{tag}  - {_ONE_LINE.sub(' ', text)}\r\n" for item in items for tag, text in _ris_lines(item)
    ).encode()


def _ris_lines(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "TY", _RIS_TYPES.get(item["type"], "GEN")
    yield "ID", "-".join(item["id"].split("/")[-2:])
    yield "TI", item["title"]
    for tag, roles in _RIS_PEOPLE:
        for role in roles:
            yield from ((tag, PersonalName(**name).inverted) for name in item.get(role, []))
    if year := _first_year(item):
        yield "PY", str(year)
    yield from ((tag, str(item[name])) for tag, name in _RIS_FIELDS if name in item)
    if pages := item.get("page"):
        first, _, last = re.sub("–", "-", pages).partition("-")
        yield "SP", first
        if last:
            yield "EP", last
    elif "number-of-pages" in item:
        yield "SP", item["number-of-pages"]
    yield from (("SN", number) for name in ("ISBN", "ISSN") for number in item.get(name, "").split())
    yield from (("KW", word) for word in item.get("keyword", "").split("; ") if word)
    yield "ER", ""


WRITERS: dict[Format, Callable[[list[dict[str, Any]]], bytes]] = {BIBTEX: bibtex, RIS: ris, CSL: csl_json}
"""What writes each of `formats.CITATIONS`."""
