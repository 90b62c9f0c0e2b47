"""From the rows of one title to a MARC 21 record, so that the whole line works on sheets as on catalogues.

Rows come as the CSV that `titles` has made: a heading row with the names of meanings, then one row a copy.
"""

from __future__ import annotations

import csv
import io
import re
from hashlib import blake2b
from typing import Any

import orjson
from stdnum import isbn as isbns
from stdnum import issn as issns

from publisher.errors import RecordError
from publisher.rdf.codelists import codelist
from publisher.rdf.vietnamese import fold, spelled
from publisher.sources.finish import finished
from publisher.sources.raw import RawRecord
from publisher.sources.record import Field, Record
from publisher.sources.sheet.columns import named
from publisher.sources.sheet.dates import year_of
from publisher.sources.sheet.people import Maker, makers
from publisher.sources.syllables import is_surely_vietnamese

MAX_COPIES = 999
_LIST = re.compile(r"\s*[;,\n]\s*")
_TOPICS = re.compile(r"\s*[;\n]\s*|\s+--\s+")
_DDC = re.compile(r"(\d{3}(?:\s*\.\s*\d[\d ]*)?)(?:[\s-]+([^\W\d_].*))?")
_TAIL = re.compile(r"[\s/:;,=]+$")
_KINDS = (("tap chi", "as"), ("bao", "as"), ("serial", "as"), ("journal", "as"), ("ban do", "em"), ("map", "em"))
_KINDS_MORE = (("phim", "gm"), ("video", "gm"), ("dia nhac", "jm"), ("anh", "km"), ("picture", "km"))
_THESIS = ("luan van", "luan an", "thesis", "dissertation", "khoa luan")
_OF_THE_TITLE = ("title", "subtitle", "author", "edition", "place", "publisher", "year")
_UNKNOWN_DAY = "      "


def decode(raw: RawRecord) -> Record:
    """Make the record of one title. Raises `RecordError` when the rows have no title."""
    rows = list(csv.reader(io.StringIO(raw.data.decode("utf-8"))))
    if len(rows) < 2:
        raise RecordError("row-without-title", "there is no row under the headings; add the row of the title")
    columns = [named(heading) for heading in rows[0]]
    title = _Title(columns, rows[1:], orjson.loads(raw.frame or b"{}"))
    if not title.first("title"):
        raise RecordError("row-without-title", "the row has no title; fill it in")
    leader, fields = title.fields()
    return finished(raw, leader, fields, title.warnings)


class _Title:
    """One title: what its rows say together, and what each says of a copy."""

    def __init__(self, columns: list[str], rows: list[list[str]], defaults: dict[str, str]) -> None:
        self._rows = [[(meaning, text.strip()) for meaning, text in zip(columns, row, strict=False)] for row in rows]
        self._defaults = defaults
        self.warnings: list[tuple[str, str]] = []

    def all(self, meaning: str) -> list[str]:
        """Return what the rows say under `meaning`, each once."""
        return list(dict.fromkeys(text for row in self._rows for each, text in row if each == meaning and text))

    def first(self, meaning: str) -> str:
        """Return the first that the rows say under `meaning`, else the default of the mapping."""
        said = self.all(meaning)
        return said[0] if said else self._defaults.get(meaning, "")

    def fields(self) -> tuple[str, list[Field]]:
        """Return the leader and the fields in the order of their tags."""
        kind = fold(self.first("type"))
        shape = next((code for word, code in (*_KINDS, *_KINDS_MORE) if kind.startswith(word)), "am")
        year, doubt = year_of(self.first("year"))
        if doubt:
            self.warnings.append(("264", doubt))
        fields = [
            Field("001", self._number()),
            Field("008", _fixed(year, self._language())),
            *self._identifiers(),
            *self._classes(),
            *self._names_and_title(),
            *self._publication(),
        ]
        if any(kind.startswith(word) for word in _THESIS):
            fields.append(Field.data("502", "  ", ("a", self.first("type"))))
        fields += self._texts()
        fields += self._copies()
        # A sort that keeps the order among equals: names of one tag stay as they came.
        fields = sorted(fields, key=lambda field: field.tag)
        for position, field in enumerate(fields, start=2):
            field.position = position
        return f"00000n{shape} a2200000 u 4500", fields

    def _number(self) -> str:
        """Return the record's number: its own, else one that stays when copies come and go."""
        own = self.first("record")
        if own:
            return own
        # All rows agree in these, or they would not be here; the first says them for all.
        said = [" ".join(text for each, text in self._rows[0] if each == meaning) for meaning in _OF_THE_TITLE]
        return "b" + blake2b("|".join(map(spelled, said)).encode(), digest_size=6).hexdigest()

    def _language(self) -> str:
        said = self.first("language")
        if not said:
            return "vie" if is_surely_vietnamese(self.first("title")) else "und"
        languages = codelist("languages")
        if said.lower() in languages:
            return said.lower()
        wanted = {fold(said), fold(f"tiếng {said}")}
        for code in languages.values():
            if fold(code.vi) in wanted or fold(code.en) in wanted or code.more["bcp47"] == said.lower():
                return code.code
        self.warnings.append(("008", 'the language is not known; write it as "Việt", "Anh" or "vie"'))
        return "und"

    def _identifiers(self) -> list[Field]:
        fields = []
        for text in self.all("isbn"):
            for number in _LIST.split(text):
                if number:
                    sound = isbns.is_valid(number)
                    fields.append(Field.data("020", "  ", ("a" if sound else "z", number)))
                    if not sound:
                        self.warnings.append(("020", "what the sheet gives is no ISBN: its check digit is wrong"))
        for text in self.all("issn"):
            sound = issns.is_valid(text)
            fields.append(Field.data("022", "  ", ("a" if sound else "y", text)))
            if not sound:
                self.warnings.append(("022", "what the sheet gives is no ISSN: its check digit is wrong"))
        return fields

    def _classes(self) -> list[Field]:
        fields = []
        for text in self.all("classification"):
            found = _DDC.fullmatch(text)
            if found is not None:
                fields.append(Field.data("082", "04", ("a", re.sub(r"\s", "", found[1]))))
            else:
                self.warnings.append(("082", "the class is no number of Dewey; it stays the call number of the copies"))
        unique = {field.content: field for field in fields}
        return list(unique.values())

    def _names_and_title(self) -> list[Field]:
        # Copies of one title may have its authors with and without a full stop: said once.
        statement = " ; ".join({spelled(text): _one_line(text) for text in reversed(self.all("author"))}.values())
        authors = [maker for text in self.all("author") for maker in makers(text)]
        others = [maker for text in self.all("contributor") for maker in makers(text, "ctb")]
        first = authors[0] if authors and authors[0].role in ("aut", "edt", "com") else None
        fields = [_name("1", first)] if first else []
        fields += [_name("7", maker) for maker in dict.fromkeys([*authors, *others]) if maker is not first]
        proper, _, rest = _one_line(self.first("title")).partition(" : ")
        subtitle = " : ".join(filter(None, [_TAIL.sub("", rest), _one_line(self.first("subtitle"))]))
        parts = [("a", _TAIL.sub("", proper) + (" :" if subtitle else " /" if statement else ""))]
        if subtitle:
            parts.append(("b", subtitle + (" /" if statement else "")))
        if statement:
            parts.append(("c", statement))
        return [*fields, Field.data("245", "10" if first else "00", *parts)]

    def _publication(self) -> list[Field]:
        fields = []
        if edition := self.first("edition"):
            fields.append(Field.data("250", "  ", ("a", edition)))
        year, _ = year_of(self.first("year"))
        # A cell with a date in it says no more here than its year.
        dated = [("c", year or text) for text in [self.first("year")] if text]
        parts = [(code, self.first(each)) for code, each in (("a", "place"), ("b", "publisher")) if self.first(each)]
        if parts or dated:
            fields.append(Field.data("264", " 1", *parts, *dated))
        pages = self.first("extent")
        said = (("a", f"{pages} trang" if pages.isdigit() else pages), ("c", self.first("size")))
        extent = [(code, text) for code, text in said if text]
        if extent:
            fields.append(Field.data("300", "  ", *extent))
        fields += [Field.data("490", "0 ", ("a", text)) for text in self.all("series")]
        return fields

    def _texts(self) -> list[Field]:
        fields = [Field.data("500", "  ", ("a", _one_line(text))) for text in self.all("note")]
        fields += [Field.data("355", "0 ", ("a", _one_line(text))) for text in self.all("secrecy")]
        fields += [Field.data("520", "  ", ("a", _one_line(text))) for text in self.all("summary")]
        topics = [topic for text in self.all("subject") for topic in _TOPICS.split(text) if topic]
        fields += [Field.data("653", "  ", ("a", topic)) for topic in dict.fromkeys(topics)]
        fields += [Field.data("856", "40", ("u", text)) for text in self.all("url")]
        return fields

    def _copies(self) -> list[Field]:
        """Return Koha's field of items for each copy; without numbers of copies, where the title stands (852)."""
        fields: dict[str, Field] = {}
        for row in self._rows:
            said = {meaning: text for meaning, text in reversed(row) if text}
            mark = said.get("call_number") or said.get("classification", "")
            place = said.get("location") or self._defaults.get("location", "")
            library = said.get("library") or self._defaults.get("library", "")
            common = [("a", library), ("c", _one_line(place)), ("h", said.get("volume", "")), ("o", mark)]
            common = [(code, text) for code, text in common if text]
            numbers = [number for number in _LIST.split(said.get("accession", "")) if number]
            copies = int(said["copies"]) if said.get("copies", "").isdigit() else 0
            if copies > MAX_COPIES:
                self.warnings.append(("952", f"{copies} copies are more than {MAX_COPIES}; so many are listed"))
            made = [Field.data("952", "  ", *common, ("p", number)) for number in numbers]
            if not made and mark:
                numbered = range(1, min(copies, MAX_COPIES) + 1) if copies > 1 else [0]
                made = [Field.data("952", "  ", *common, *([("t", str(n))] if n else [])) for n in numbered]
            elif not made and (place or library):
                codes = {"a": "a", "c": "b", "h": "3"}
                made = [Field.data("852", "  ", *((codes[code], text) for code, text in common))]
            for field in made:
                fields.setdefault(field.content, field)
        return list(fields.values())


def _name(block: str, maker: Maker) -> Field:
    role: list[tuple[str, Any]] = [("4", maker.role)] if maker.role != "aut" else []
    if maker.is_body:
        return Field.data(f"{block}10", "2 ", ("a", maker.name), *role)
    return Field.data(f"{block}00", "1 " if maker.inverted else "0 ", ("a", maker.name), *role)


def _fixed(year: str, language: str) -> str:
    """Return 008: only what the sheet tells, the rest "no attempt to code"."""
    dates = f"s{year}    " if year else "n" + "u" * 8
    return f"{_UNKNOWN_DAY}{dates}xx {'|' * 17}{language} d"


def _one_line(text: str) -> str:
    return " ".join(text.split())
