"""A second cataloguer, made without a look at the habits of `_identity_ways.py`.

So that the rules of identity are not measured only by what they were made with: for each thing in a record it draws
how another library says it.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable

from stdnum import isbn

from publisher.rdf.vietnamese import fold
from publisher.sources.record import Field, Record

Part = tuple[str, str]
_VIETNAMESE = re.compile("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựàáèéìíòóùúỳý]", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:1[4-9]|20)\d\d(?!\d)")


class Stranger:
    """Describes an edition again, drawing for each thing how it is said."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def maybe(self, often: float) -> bool:
        return self.chance.random() < often

    def one(self, *ways: str) -> str:
        return self.chance.choice(ways)

    def write(self, record: Record, key: str) -> Record:
        """Return another library's description of the edition of `record`, brief, under `key`."""
        fields = [Field("001", key), Field("003", "XX-Other")]
        fields += self.numbers(record)
        fields += self.coded(record)
        author, credit = self.author(record)
        fields += author
        fields += self.titles(record, credit)
        if not self.maybe(0.15):
            for edition in record.all("250")[:1]:
                fields.append(Field.data("250", "  ", ("a", self.edition(edition.first("a")))))
        fields += self.imprint(record)
        fields += self.extent(record)
        if self.maybe(0.3):
            fields += [f for f in record.all("490")[:1] if f.has("a")]
        fields += [f for f in record.all("440", "490") if not f.has("a") and f.has("v")]
        if self.maybe(0.3):
            fields += [Field.data("650", " 4", ("a", f.first("a"))) for f in record.all("650")[:2] if f.first("a")]
        if self.maybe(0.3):
            fields += [Field.data(f.tag, "04", ("a", f.first("a"))) for f in record.all("082")[:1] if f.first("a")]
        spelled = self.spelling()
        done = [f if f.is_control or f.tag in ("020", "035", "010", "022") else _mapped(f, spelled) for f in fields]
        leader = record.leader[:9] + "a" + record.leader[10:17] + self.one("5", "7", " ", "3") + record.leader[18:]
        return Record(leader, sorted(done, key=lambda f: f.tag), source="stranger")

    def numbers(self, record: Record) -> list[Field]:
        found = []
        if self.maybe(0.3):
            found += [Field.data("010", "  ", ("a", f.first("a").strip())) for f in record.all("010")[:1] if f.has("a")]
        if self.maybe(0.3):
            found += [Field.data("035", "  ", ("a", f.first("a"))) for f in record.all("035") if "OCoLC" in f.content]
        else:
            found.append(Field.data("035", "  ", ("a", f"(XX-Other){self.chance.randrange(10**7)}")))
        if self.maybe(0.5):
            return found
        for field in record.all("020"):
            value = field.first("a")
            number = isbn.compact(value.split(" ")[0].split("(")[0]).upper()
            if isbn.is_valid(number):
                if self.maybe(0.4):
                    number = isbn.to_isbn13(number)
                if self.maybe(0.3):
                    number = isbn.format(number)
                number += self.one("", "", " (pbk.)", " :", " (bìa mềm)")
                price = (("c", self.one("45000đ", "120.000 VND", "$25.00")),) if self.maybe(0.4) else ()
                found.append(Field.data("020", "  ", ("a", number), *price))
        found += [Field.data("022", "  ", ("a", f.first("a"))) for f in record.all("022")[:1] if f.has("a")]
        return found

    def coded(self, record: Record) -> list[Field]:
        fixed = record.control("008")
        if not fixed or self.maybe(0.3):
            return []
        if self.maybe(0.5):
            return [Field("008", fixed)]
        return [Field("008", f"240101{fixed[6:15]}xx |||||||||||||||||{fixed[35:38]}| ")] if len(fixed) > 37 else []

    def author(self, record: Record) -> tuple[list[Field], str]:
        """Return the heading and what may be put into 245 $c."""
        found = next(iter(record.all("100", "110", "111")), None)
        title = record.first("245")
        credit = title.first("c") if title else ""
        if found is None:
            return [], credit if self.maybe(0.8) else ""
        name = found.first("a").strip().rstrip(",. ")
        if found.tag != "100":
            rest = [(c, v) for c, v in found.subfields if c in "abnd"]
            return [Field.data(found.tag, "2 ", *rest)], credit if self.maybe(0.7) else ""
        if ";" in name or name.count(",") > 1:
            return [Field.data("100", "1 ", ("a", name))], credit if self.maybe(0.7) else ""
        said = self.name(name)
        way = self.chance.random()
        if way < 0.15:  # only in the statement of responsibility
            return [], credit or turned(name)
        if way < 0.25:
            return [Field.data("700", "1 ", ("a", said))], credit
        dates = tuple(("d", v) for v in found.all("d")) if self.maybe(0.3) else ()
        return [Field.data("100", "1 ", ("a", said + ("," if dates else "")), *dates)], credit if self.maybe(
            0.6
        ) else ""

    def name(self, name: str) -> str:
        way = self.chance.random()
        if way < 0.35:
            return name
        if way < 0.65:
            return turned(name)
        family, comma, given = name.partition(",")
        words = given.split() if comma else name.split()
        if _VIETNAMESE.search(name) or not comma:
            if len(words) < 2:
                return name
            return name if not comma else f"{family} {given.strip()}"
        initials = self.one(" ", "").join(f"{w[0]}." for w in words if w[0].isalpha())
        return f"{family}, {initials}" if initials else name

    def titles(self, record: Record, credit: str) -> list[Field]:
        field = record.first("245")
        if field is None:
            return []
        parts = [(c, bared(v)) for c, v in field.subfields if c in "abnph" and bared(v)]
        subtitle = " ".join(v for c, v in parts if c == "b")
        if self.maybe(0.25) and len(subtitle.split()) > 1 and not any(ch.isdigit() for ch in subtitle):
            parts = [p for p in parts if p[0] != "b"]
        if self.maybe(0.5):
            parts = [p for p in parts if p[0] != "h" or not re.search("text|print", p[1], re.I)]
        return [Field.data("245", self.one("00", "10", "  "), *self.cased(self.punctuated(parts, bared(credit))))]

    def punctuated(self, parts: list[Part], credit: str) -> list[Part]:
        """Return the parts of a title with the marks of ISBD, with none, all in $a, or with any."""
        said = [("c", credit)] if credit else []
        way = self.chance.random()
        if way < 0.4:
            return _isbd(parts, credit)
        if way < 0.7:
            return [*parts, *said]
        if way < 0.85 and [code for code, _ in parts] == ["a", "b"]:
            return [("a", f"{parts[0][1]}{self.one(': ', ' : ', ' - ', '. ', ' ; ')}{parts[1][1]}"), *said]
        return [*((code, value + self.one("", ".", ",", "")) for code, value in parts), *said]

    def cased(self, parts: list[Part]) -> list[Part]:
        """Return the parts of a title in other letters, or in quotes."""
        (code, first), *rest = parts
        if self.maybe(0.1):
            first = self.one("“{}”", '"{}"', "{}  ", "  {}").format(first)
        ways = (str.upper, str.upper, str.title, str.lower, *[str] * 6)
        change = self.chance.choice(ways)
        return [(c, change(v) if c in "ab" else v) for c, v in [(code, first), *rest]]

    def edition(self, value: str) -> str:
        value = bared(value)
        if found := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th) ed(?:ition)?(.*)", value, re.I):
            return self.one(
                f"{found[1]}. ed", f"Edition {found[1]}", f"{value}ition".replace("editionition", "ed."), value
            )
        if found := re.fullmatch(r"(?:tái bản|in) lần (?:thứ )?(\d{1,2})(.*)", value, re.I):
            return self.one(f"Xuất bản lần thứ {found[1]}", f"Tái bản lần {found[1]}", f"Lần thứ {found[1]}") + found[2]
        return value

    def imprint(self, record: Record) -> list[Field]:
        old = [*record.all("260"), *(f for f in record.all("264") if f.ind2 in "1 ")]
        if not old:
            return []
        field = old[0]
        place, house, year = (bared(field.first(c)) for c in "abc")
        house = self.house(house)
        place = self.place(place)
        if self.maybe(0.07):
            house = ""
        if self.maybe(0.2):
            place = ""
        years = _YEAR.findall(year)
        if len(set(years)) == 1 and not re.search(r"\d-|-\s*$|–", year):
            y = years[0]
            year = self.one(y, y, y, f"c{y}", f"[{y}]", f"{y}.", f"©{y}", f"{y}, c{y}", f"[{y}?]", f"năm {y}")
        parts = [(c, v) for c, v in (("a", place), ("b", house), ("c", year)) if v]
        if self.maybe(0.5):
            marks = {"a": " :", "b": ","}
            parts = [(c, v + marks.get(c, "") if n + 1 < len(parts) else v) for n, (c, v) in enumerate(parts)]
        if not parts:
            return []
        return [Field.data("264", " 1", *parts) if self.maybe(0.5) else Field.data("260", "  ", *parts)]

    def house(self, house: str) -> str:
        if not house:
            return ""
        bare = re.sub(r"^(?:nxb\.?|nhà xuất bản)\s*", "", house, flags=re.I)
        if _VIETNAMESE.search(house):
            return self.one("Nxb. ", "NXB ", "Nxb ", "Nhà xuất bản ", "", "", "Nhà Xuất Bản ") + bare
        return self.one(
            house, house, house.upper(),
            re.sub(r",? (?:Inc|Ltd|Co|Corp|LLC|GmbH)\b\.?", "", house),
            house.replace("Publishing", "Pub.").replace("University", "Univ.").replace("Press", "Pr."),
        )  # fmt: skip

    def place(self, place: str) -> str:
        known = {"ha noi": ("H.", "Hà Nội", "HN", "Hà nội"), "new york": ("New York", "N.Y.", "New York, NY")}
        known["tp ho chi minh"] = known["t p ho chi minh"] = ("TP. Hồ Chí Minh", "TPHCM", "Tp. HCM", "Sài Gòn")
        return self.one(*known.get(fold(place), (place,)))

    def extent(self, record: Record) -> list[Field]:
        field = record.first("300")
        if field is None or self.maybe(0.05):
            return []
        value = bared(field.first("a"))
        sizes = [("c", v) for v in field.all("c")] if self.maybe(0.5) else []
        if found := re.fullmatch(r"(?:([ivxlc]+)[,;. ]+)?(\d{1,4})\s*(?:p|pp|tr|trang|pages|s|S)\.?", value):
            roman, pages = found.groups()
            word = ("tr.", "tr", "trang") if re.search("tr", value) else ("p.", "pages", "pp.", "p")
            value = self.one(f"{pages} {self.one(*word)}", f"{pages}{self.one(*word)}")
            if roman and self.maybe(0.5):
                value = f"{roman}, {value}"
            elif self.maybe(0.1):
                value += self.one(" + 1 CD", ", [4] leaves of plates", " : ill.")
        return [Field.data("300", "  ", ("a", value), *sizes)] if value else []

    def spelling(self) -> Callable[[str], str]:
        tones = self.one("as is", "old", "new", "as is")
        form = self.one("NFC", "NFD", "NFC")

        def spelled(text: str) -> str:
            if tones != "as is" and _VIETNAMESE.search(text):
                text = retoned(text, old=tones == "old")
            return unicodedata.normalize(form, text)

        return spelled


def retoned(text: str, *, old: bool) -> str:
    """Return `text` with the tones of oa, oe and uy on the first vowel (`old`: hòa) or on the second (hoà)."""
    text = unicodedata.normalize("NFD", text)
    if old:
        text = re.sub(
            r"(?<![qQ])([oO](?=[aAeE])|[uU](?=[yY]))([aAeEyY])([\u0300\u0301\u0309\u0303\u0323])(?![\w\u0300-\u036f])",
            r"\1\3\2",
            text,
        )
    else:
        text = re.sub(
            r"(?<![qQ])([oO](?=.[aAeE])|[uU](?=.[yY]))([\u0300\u0301\u0309\u0303\u0323])([aAeEyY])(?![\w\u0300-\u036f])",
            r"\1\3\2",
            text,
        )
    return unicodedata.normalize("NFC", text)


def turned(name: str) -> str:
    family, comma, given = name.partition(",")
    if comma:
        return f"{family} {given.strip()}" if _VIETNAMESE.search(name) else f"{given.strip()} {family}"
    words = name.split()
    if len(words) < 2:
        return name
    if _VIETNAMESE.search(name):
        return f"{words[0]}, {' '.join(words[1:])}"
    return f"{words[-1]}, {' '.join(words[:-1])}"


def _isbd(parts: list[Part], credit: str) -> list[Part]:
    marks = {"b": " :", "n": ".", "p": ","}
    made: list[Part] = []
    for code, value in parts:
        if made and code in marks and not made[-1][1].endswith("="):
            made[-1] = (made[-1][0], made[-1][1] + marks[code])
        made.append((code, value))
    if credit:
        made[-1] = (made[-1][0], made[-1][1] + " /")
        made.append(("c", f"{credit}."))
    return made


def bared(value: str) -> str:
    """Return a value without the mark that ISBD puts behind it."""
    return re.sub(r"\s*(?:[/:;,]|(?<=[^\W\d_]{3})\.)\s*$", "", value.strip()).strip()


def _mapped(field: Field, change: Callable[[str], str]) -> Field:
    return Field.data(field.tag, field.ind1 + field.ind2, *((c, change(v)) for c, v in field.subfields))
