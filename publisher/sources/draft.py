"""A draft: a MARC 21 record put together out of another format's elements, in the order of its tags."""

from __future__ import annotations

import re

from stdnum import isbn as isbns
from stdnum import issn as issns

from publisher.rdf.codelists import codelist
from publisher.rdf.vietnamese import fold
from publisher.sources.digital import Digital
from publisher.sources.finish import finished
from publisher.sources.raw import RawRecord
from publisher.sources.record import Field, Record

_YEAR = re.compile(r"(?<!\d)(1[0-9]\d\d|20\d\d)(?!\d)")
_TIME = re.compile(r"(?<=\d)[T ]\d\d:\d\d.*", re.DOTALL)
_SPACE = re.compile(r"\s+")
_ISBN = re.compile(r"(?i)^(?:urn:)?isbn[:\s-]*|^isbn(?:-1[03])?\s*:?\s*")
_ISSN = re.compile(r"(?i)^(?:urn:)?issn[:\s-]*")
_DOI = re.compile(r"(?i)^(?:doi:|https?://(?:dx\.)?doi\.org/)(10\.\S+)$")


def squeezed(text: str) -> str:
    """Return `text` with single spaces."""
    return _SPACE.sub(" ", text).strip()


class Draft:
    """Fields as they are found; `finish` puts them in order and adds leader and 008.

    With `digital` it is the description of something on line (008/23 o).
    """

    def __init__(self) -> None:
        self.fields: list[Field] = []
        self.shape = "am"
        self.year = ""
        self.language = ""
        self.digital: Digital | None = None
        self.warnings: list[tuple[str, str]] = []
        self.has_title = False

    def number(self, value: str) -> None:
        """Set the record's number (001); the first that is given holds."""
        if value and not self.has("001"):
            self.fields.append(Field("001", squeezed(value)))

    def add(self, tag: str, indicators: str, *subfields: tuple[str, str]) -> None:
        """Add a field; empty subfields are left out, and so is a field of which nothing is left."""
        kept = [(code, squeezed(value)) for code, value in subfields if value and squeezed(value)]
        if kept:
            self.fields.append(Field.data(tag, indicators, *kept))

    def has(self, tag: str) -> bool:
        """Return whether there is a field `tag`."""
        return any(field.tag == tag for field in self.fields)

    def title(self, title: str, subtitle: str = "", *more: tuple[str, str]) -> None:
        """Add the title, or another one when there is one already."""
        proper = squeezed(title)
        if not proper:
            return
        rest = squeezed(subtitle)
        subfields = [("a", f"{proper} :" if rest else proper), ("b", rest), *more]
        self.add(*(("246", "3 ") if self.has_title else ("245", "00")), *subfields)
        self.has_title = True

    def name(self, name: str, *, main: bool = True, tag: str = "00", dates: str = "", role: str = "") -> None:
        """Add an agent; `tag` is 00 for a person, 10 for a body, 11 for a meeting."""
        name = squeezed(name)
        block = "1" if main and not any(field.tag in ("100", "110", "111") for field in self.fields) else "7"
        first = ("1" if "," in name else "0") if tag == "00" else "2"
        self.add(f"{block}{tag}", f"{first} ", ("a", f"{name}," if dates else name), ("d", dates), ("4", role))

    def published(self, place: str = "", publisher: str = "", date: str = "") -> None:
        """Add a publication; its year is that of the record unless it has one."""
        date = _TIME.sub("", date)
        self.add("264", " 1", ("a", place), ("b", publisher), ("c", date))
        found = _YEAR.search(date)
        if found and not self.year:
            self.year = found[1]

    def speaks(self, language: str) -> None:
        """Set the language: a MARC code, a tag of BCP 47, or a name in Vietnamese or English."""
        said = squeezed(language)
        languages, aliases = codelist("languages"), codelist("language-aliases")
        low = said.lower()
        code = low if low in languages else ""
        if not code and low in aliases:
            code = aliases[low].more["marc"]
        if not code:
            primary = low.replace("_", "-").partition("-")[0]
            names = {fold(said), fold(f"tiếng {said}")}
            for each in languages.values():
                if each.more["bcp47"] == primary or fold(each.en) in names or fold(each.vi) in names:
                    code = each.code
                    break
        if not code:
            self.warnings.append(("008", "the language is not known"))
        elif not self.language:
            self.language = code
        else:
            self.add("041", "  ", ("a", code))

    def identifier(self, value: str) -> None:
        """Add an identifier as what it shows itself to be: ISBN, ISSN, DOI, an address, or something local."""
        value = squeezed(value)
        plain_isbn, plain_issn = _ISBN.sub("", value), _ISSN.sub("", value)
        if isbns.is_valid(plain_isbn):
            self.add("020", "  ", ("a", plain_isbn))
        elif plain_isbn != value:
            self.add("020", "  ", ("z", plain_isbn))
        elif issns.is_valid(plain_issn) and len(plain_issn) in (8, 9):
            self.add("022", "  ", ("a", plain_issn))
        elif doi := _DOI.match(value):
            self.add("024", "7 ", ("a", doi[1]), ("2", "doi"))
        elif value.startswith(("http://", "https://")):
            self.add("856", "40", ("u", value))
        else:
            self.add("024", "8 ", ("a", value))

    def rights(self, value: str) -> None:
        """Add a rights statement, in words or as an address."""
        code = "u" if value.strip().startswith(("http://", "https://")) else "a"
        self.add("540", "  ", (code, value))

    def finish(self, raw: RawRecord) -> Record:
        """Return the record, its fields sorted by tag, those of one tag as they came."""
        dates = f"s{self.year}    " if self.year else "n" + "u" * 8
        coded = f"|||||{'o' if self.digital else '|'}{'|' * 11}"
        self.fields.append(Field("008", f"      {dates}xx {coded}{self.language or 'und'} d"))
        ordered = sorted(self.fields, key=lambda field: field.tag)
        for position, field in enumerate(ordered, start=2):
            field.position = position
        record = finished(raw, f"00000n{self.shape} a2200000 u 4500", ordered, self.warnings)
        record.digital = self.digital
        return record
