"""What one record says by which it can be told whether another describes the same edition, or the same work.

Made in the worker from the redacted record, so nothing that stays in the house takes part in matching; plain and small,
because the evidence of millions of records is kept on the disk between the two halves of a build.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from stdnum import isbn as isbn_number
from stdnum import issn as issn_number

from publisher.identity.people import credits
from publisher.identity.publishers import publishers
from publisher.identity.wording import designation, edition, marked, numbers, volumes, without_volume, words
from publisher.rdf.text import squeeze
from publisher.rdf.vietnamese import fold
from publisher.sources.record import Field, Record

_YEAR = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-9]{2})(?!\d)")
_TYPED_YEAR = re.compile(r"\[[c©]?(1[4-9][0-9]{2}|20[0-9]{2})\]")
_DECADE = re.compile(r"(?<!\d)(1[5-9][0-9]|20[0-2])(?![0-9])")
_PAGES = re.compile(r"(?<![\d.])(\d{1,4})(?!\d)")
_OCLC = re.compile(r"(?:\(OCoLC\)\s*(?:oc[mn]|on)?|^\s*(?:oc[mn]|on))\s*0*([1-9]\d{0,14})(?!\d)", re.IGNORECASE)
_AGENCY = re.compile(r"^\(([A-Za-z0-9-]{2,})\)\s*(\S.*)$")
_RESPONSIBILITY = re.compile(r"\s/(?:\s|$)|/\s*$")
_STRAY = re.compile(r"\s*/\s*\\c\s*$", re.IGNORECASE)
_SUBTITLE = re.compile(r"\s*[:;]\s+|\s+[:;]\s*|\s*\\b\s+")
_PARALLEL = re.compile(r"\s+=\s*|\s*=\s+")
_ORIGINAL = re.compile(
    r"(?:nguyên bản|nguyên tác|bản gốc|(?:tên|nhan đề|tựa đề|tựa)(?: sách)?(?: (?:gốc|nguyên bản|bản gốc|tiếng \w+))"
    r"|(?:dịch|dịch theo|dịch từ)(?: (?:cuốn|bản|sách))+"
    r"|originally published (?:as|under (?:the )?(?:original )?title(?: of)?)"
    r"|original(?:ly)? titled?(?: (?:as|in \w+))?"
    r"|original title|translation of|translated from|traduction de|übersetzung von|titre original|originaltitel)\b"
    r"(?>[^:]{0,40}:\s*|(?: (?:tiếng|the) \w+)?+\s*"
    r"(?!(?:xuất bản|in lần|published|publié|erschienen|by|bởi|do|của|par|von|from|into|and|with|original|of the)\b))"
    r"(?P<title>\S.+)",
    re.IGNORECASE,
)
"""A note that names the original of a translation: "Dịch từ nguyên bản tiếng Anh: The old man and the sea"."""

_OF_ORIGINAL = re.compile(r"nguyên (?:bản|tác)|gốc|original|translat|titre original", re.IGNORECASE)
_SELECTED = re.compile(r"\b(?:selections|trích|auswahl|extraits|selección)\b", re.IGNORECASE)
_ADAPTED = re.compile(
    r"\b(?:adapt(?:ed|ation)|abridged|abridgement|retold|simplified|condensed|graphic novel|screenplay|libretto"
    r"|excerpts?|selections|phóng tác|chuyển thể|kể lại|lược (?:thuật|kể|dịch)|rút gọn|cải biên|tóm tắt"
    r"|truyện tranh|kịch bản|trích(?: đoạn| tuyển| giảng)?|bình giảng|bình chú|commentar(?:y|ies)|critical study)\b",
    re.IGNORECASE,
)
"""What says that a text is made of another: an adaptation, a shorter one, a part of it, a commentary."""
_ISBN_13 = re.compile(r"(?<!\d)97[89](?:[ \-\u2010-\u2013]?\d){10}(?!\d)")
_ISBN_10 = re.compile(r"(?<!\d)\d(?:[ \-\u2010-\u2013]?\d){8}[ \-\u2010-\u2013]?[\dXx](?![\dXx])")
_FORMS = {
    "a": "text", "t": "text", "c": "score", "d": "score", "e": "map", "f": "map", "g": "film", "i": "speech",
    "j": "music", "k": "image", "m": "data", "o": "kit", "p": "mixed", "r": "object",
}  # fmt: skip
_CARRIERS = (
    ("online", re.compile(r"online|electronic|computer|internet|website|trực tuyến|điện tử|e-?book|\bpdf\b", re.I)),
    ("micro", re.compile(r"micro(?:form|fiche|film|card|opaque)|aperture|vi phim", re.I)),
    ("braille", re.compile(r"braille|chữ nổi", re.I)),
    ("large print", re.compile(r"large print|chữ lớn", re.I)),
    ("disc", re.compile(r"\b(?:audio|sound|video|compact) ?(?:disc|disk|cassette)|\bcd\b|\bdvd\b|đĩa", re.I)),
)
_PAPER = re.compile(r"(?<![^\W\d_])(?:p|pp|pages?|leaves|v|vol|volumes?|tr|trang|tập|s|f|t|seiten|bd|с|стр)\b", re.I)
_ACCOMPANIED = re.compile(r"\s\+|\+\s|\b(?:kèm(?: theo)?|accompanied by)\b", re.IGNORECASE)
"""What comes with the thing that is described: the book with "+ 1 CD-ROM" is a book."""

_SYSTEM = re.compile(r"\W+")


class Evidence(NamedTuple):
    """The matching evidence of one record; every field may be empty.

    `form` is what leader/06-07 say ("text m"); `medium` the carrier ("paper", "online", ...); `main` and `rest` the
    title and what follows it, as marked words; `also` folded titles it goes by besides; `volume` designations; `agents`
    the names it gives, as sorted marked words, the principal first ("" where there is none); `credited` all words of
    statements of responsibility; `years` the year of publication first, 199 where
    only the decade is known; `publishers` folded; `numbers` of agencies
    ("oclc:814782", "lccn:..."); `within` the folded title of what it is part of; `detail` the scale and coordinates of
    a map; `series` (folded title, number) of each series; `work_title` the folded uniform title; `originals`
    folded titles of what it is translated from; `adapted` how it differs from what it is made of; `born` the first
    year of the principal agent.
    """

    form: str = ""
    medium: str = ""
    main: str = ""
    rest: str = ""
    also: tuple[str, ...] = ()
    volume: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    credited: str = ""
    years: tuple[int, ...] = ()
    publishers: tuple[str, ...] = ()
    edition: str = ""
    pages: int = 0
    numbers: tuple[str, ...] = ()
    isbns: tuple[str, ...] = ()
    issns: tuple[str, ...] = ()
    within: str = ""
    detail: str = ""
    classed: str = ""
    series: tuple[tuple[str, str], ...] = ()
    work_title: str = ""
    originals: tuple[str, ...] = ()
    adapted: str = ""
    born: str = ""
    corporate: bool = False
    language: str = ""


def evidence_of(record: Record) -> Evidence:
    """Return the evidence of `record`, which is redacted already. Never raises for what it holds."""
    by_tag: dict[str, list[Field]] = {}
    for field in record.fields:
        by_tag.setdefault(field.tag, []).append(field)
    title = _Title(by_tag)
    fixed = next((field.content for field in by_tag.get("008", [])), "")
    agents, credited, born, corporate = credits(by_tag, title.responsibility)
    imprints = [*by_tag.get("260", []), *(f for f in by_tag.get("264", []) if f.ind2 in "1 "), *by_tag.get("264", [])]
    extent = _ACCOMPANIED.split(" ".join(value for field in by_tag.get("300", [])[:1] for value in field.all("a")))[0]
    level = record.leader[7:8]
    return Evidence(
        form=f"{_FORMS.get(record.leader[6:7], 'text')} {level if level in 'asib' else 'm'}",
        medium=_medium(by_tag, fixed, extent),
        main=title.main,
        rest=title.rest,
        also=tuple(sorted(title.also)),
        volume=tuple(sorted(_volume(by_tag, title))),
        agents=agents,
        credited=credited,
        years=_years(imprints, fixed),
        publishers=publishers(imprints),
        edition=edition(next((field.first("a") for field in by_tag.get("250", [])), "")),
        pages=max((number for found in _PAGES.findall(extent) if (number := int(found)) > 1), default=0),
        numbers=tuple(sorted(_numbers(by_tag))),
        isbns=tuple(sorted(_isbns(by_tag.get("020", [])))),
        issns=tuple(sorted(_issns(by_tag.get("022", [])))),
        within=" ".join(w for f in by_tag.get("773", [])[:1] for w in words(f"{f.first('t')} {f.first('g')}")),
        detail=_detail(by_tag),
        classed=squeeze(next((field.first("a") for field in by_tag.get("082", [])), "")),
        series=tuple(sorted(_series(by_tag))),
        work_title=title.uniform,
        originals=tuple(sorted(title.originals)),
        adapted=_adapted(by_tag, title),
        born=born,
        corporate=corporate,
        language=fixed[35:38] if fixed[35:38].isalpha() else "",
    )


class _Title:
    """The title fields of a record, taken apart: ISBD marks are read as subfields where a library types them so."""

    def __init__(self, by_tag: dict[str, list[Field]]) -> None:
        self.also: set[str] = set()
        self.originals: set[str] = set()
        fields = by_tag.get("245", [])
        first = fields[0] if fields else None
        self.responsibility = " ".join(first.all("c")) if first else ""
        self.parts = first.all("n") if first else []
        self.names_of_parts = first.all("p") if first else []
        main, rest = self._split(first) if first else ("", [])
        self.main = " ".join(without_volume(marked(main)))
        self.rest = " ".join(word for text in rest for word in _rest(text))
        self.text = " ".join([main, *rest])
        self.after = " ".join(rest)
        for field in [*fields[1:], *by_tag.get("880", [])]:
            if field.tag == "245" or field.first("6").startswith("245"):
                other, _ = self._split(field)
                self._add(other)
        self.uniform = self._uniform(by_tag)
        for field in by_tag.get("246", []):
            self._add(field.first("a"), original=bool(_OF_ORIGINAL.search(field.first("i"))))
        for tag in ("765", "534"):
            for field in by_tag.get(tag, []):
                self._add(field.first("t"), original=True)
        for tag in ("500", "534", "546"):
            for field in by_tag.get(tag, []):
                if found := _ORIGINAL.search(field.first("a")):
                    self._add(_RESPONSIBILITY.split(found["title"])[0].strip("\"'“”«». "), original=True)

    def _split(self, field: Field) -> tuple[str, list[str]]:
        """Return the main title and what follows it, parallel titles put aside."""
        pieces: list[str] = []
        for code, value in field.subfields:
            if code not in "abnpk":
                continue
            clean = _STRAY.sub("", value)
            text, *said = _RESPONSIBILITY.split(clean)
            if said and code in "ab":
                self.responsibility = " ".join(part for part in (self.responsibility, *said) if part)
            cut = _SUBTITLE.split(text) if code in "ab" else [text]
            if code == "b" and pieces and pieces[-1].rstrip().endswith("="):
                self._add(cut.pop(0))
            pieces += cut
        taken = [_PARALLEL.split(piece) for piece in pieces]
        for piece in taken:
            for parallel in piece[1:]:
                self._add(parallel)
        kept = [text for piece in taken if (text := piece[0].strip())]
        return (kept[0] if kept else ""), kept[1:]

    def _add(self, text: str, *, original: bool = False) -> None:
        if folded := " ".join(words(text)):
            self.also.add(folded)
            if original:
                self.originals.add(folded)

    def _uniform(self, by_tag: dict[str, list[Field]]) -> str:
        for tag in ("240", "130"):
            for field in by_tag.get(tag, []):
                found = " ".join(words(" ".join(field.all("anpmr"))))
                if found and not any(_SELECTED.search(form) for form in field.all("k")):
                    return found
        return ""


def _adapted(by_tag: dict[str, list[Field]], title: _Title) -> str:
    """Return the word that says that a text is made of another one, with whose it is, or ""."""
    editions = " ".join(value for field in by_tag.get("250", []) for value in field.all("ab"))
    forms = " ".join(value for field in by_tag.get("240", []) for value in field.all("ko"))
    found = _ADAPTED.search(f"{title.after} {editions} {forms}") or _ADAPTED.search(title.responsibility)
    return f"{fold(found.group())} {' '.join(words(title.responsibility))}".strip() if found else ""


def _rest(text: str) -> tuple[str, ...]:
    """Return the words of a part of a title, none where it is but a designation ("Tập 2")."""
    said = marked(text)
    kept = without_volume(said)
    return () if kept == said and (volumes(text) or (len(said) == 1 and designation(text))) else kept


def _volume(by_tag: dict[str, list[Field]], title: _Title) -> set[str]:
    found = set(volumes(title.text))
    for part in title.parts:
        found |= designation(part)
    for field in [*by_tag.get("490", []), *by_tag.get("440", [])]:
        if not field.has("a"):  # a volume of the title itself, which some systems keep here
            for part in field.all("v"):
                found |= designation(part)
    return found


def _series(by_tag: dict[str, list[Field]]) -> set[tuple[str, str]]:
    found = set()
    for field in [*by_tag.get("490", []), *by_tag.get("440", [])]:
        title, number = " ".join(words(field.first("a"))), " ".join(sorted(designation(field.first("v"))))
        if title and number:
            found.add((title, number))
    return found


def _years(imprints: list[Field], fixed: str) -> tuple[int, ...]:
    said = [value for field in imprints for value in field.all("c")]
    found = [int(year) for value in said for year in _YEAR.findall(value)]
    if not said:  # an imprint that was typed into one subfield: "New York, Ungar [c1963] 103 p."
        typed = " ".join(value for field in imprints for value in field.all("ab"))
        found = [int(year) for year in _TYPED_YEAR.findall(typed)]
    if not found:
        found = [int(decade) for value in said for decade in _DECADE.findall(value)]
    kind, first, second = fixed[6:7], fixed[7:11], fixed[11:15]
    if _YEAR.fullmatch(first):
        found.append(int(first))
    if kind in "tp" and _YEAR.fullmatch(second):
        found.append(int(second))
    return tuple(dict.fromkeys(found))


def _numbers(by_tag: dict[str, list[Field]]) -> Iterator[str]:
    for field in by_tag.get("010", []):
        for value in field.all("a"):
            if bare := _lccn(value):
                yield f"lccn:{bare}"
    for field in by_tag.get("035", []):
        for value in field.all("a"):
            if found := _OCLC.search(value):
                yield f"oclc:{found.group(1)}"
            elif (agency := _AGENCY.match(value)) and any(char.isdigit() for char in agency.group(2)):
                yield f"{agency.group(1).lower()}:{_SYSTEM.sub('', agency.group(2)).lower()}"
    for field in by_tag.get("001", []):
        source = next((f.content.strip().lower() for f in by_tag.get("003", [])), "")
        if (source == "ocolc" or field.content.lower().startswith(("ocm", "ocn", "on"))) and (
            found := _OCLC.search("(OCoLC)" + field.content)
        ):
            yield f"oclc:{found.group(1)}"
    for field in by_tag.get("028", []):
        number = _SYSTEM.sub("", field.first("a")).lower()
        if len(number) > 3 and field.first("b"):
            yield f"issue:{' '.join(words(field.first('b')))}:{number}"


def _lccn(value: str) -> str:
    """Return an LCCN as id.loc.gov normalises it: no spaces, no suffix, the serial part six digits long."""
    bare = value.partition("/")[0].replace(" ", "").lower()
    head, dash, tail = bare.partition("-")
    if dash and tail.isdigit():
        bare = head + tail.zfill(6)
    return bare if re.fullmatch(r"[a-z]{0,3}\d{8,10}", bare) else ""


def _isbns(fields: Iterable[Field]) -> set[str]:
    found = set()
    for field in fields:
        for value in field.all("a"):
            for candidate in (*_ISBN_13.findall(value), *_ISBN_10.findall(value)):
                number = isbn_number.compact(re.sub(r"[^\dXx]", "", candidate)).upper()
                if isbn_number.is_valid(number) and len(set(number)) > 3:
                    found.add(isbn_number.to_isbn13(number))
                    break
    return found


def _issns(fields: Iterable[Field]) -> set[str]:
    values = (issn_number.compact(value[:9]) for field in fields for value in field.all("a"))
    return {value for value in values if issn_number.is_valid(value)}


def _medium(by_tag: dict[str, list[Field]], fixed: str, extent: str) -> str:
    """Return the carrier: as the title and the extent call it, else as the coded fields have it.

    What is counted in pages is paper even where 338 or 007 tell of scans: a copied record often keeps those by mistake.
    """
    stated = [value for tag, code in (("245", "h"), ("250", "a")) for f in by_tag.get(tag, []) for value in f.all(code)]
    said = " ".join([*stated, extent])
    if found := _carrier(said):
        return found
    if _PAPER.search(extent):
        return "paper"
    carriers = " ".join(value for field in by_tag.get("338", []) for value in field.all("a"))
    materials = {field.content[:2] for field in by_tag.get("007", [])}
    if found := _carrier(carriers):
        return found
    if "volume" in carriers or "ta" in materials:
        return "paper"
    if "cr" in materials or fixed[23:24] in ("o", "s"):
        return "online"
    filmed = any(m[:1] == "h" for m in materials) or fixed[23:24] in ("a", "b", "c")
    return "micro" if extent and filmed else ""


def _carrier(text: str) -> str:
    return next((medium for medium, pattern in _CARRIERS if pattern.search(text)), "")


def _detail(by_tag: dict[str, list[Field]]) -> str:
    """Return what tells one sheet of a map series from another: scale and coordinates."""
    scale = [str(n) for field in by_tag.get("255", [])[:1] for n in numbers(field.first("a").replace(",", ""))[-1:]]
    area = [
        f"{field.first('d')}{field.first('e')}{field.first('f')}{field.first('g')}" for field in by_tag.get("034", [])
    ]
    drawn = [" ".join(words(field.first("c"))) for field in by_tag.get("255", [])[:1] if field.first("c")]
    return " ".join([*scale, *(area[:1] if area and area[0] else drawn)]).strip()
