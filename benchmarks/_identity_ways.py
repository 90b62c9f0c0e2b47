"""How a second library would have written a record: one habit a class of difference, each usable alone.

A `Cataloguer` has some habits and writes a record down again with them. What a habit may change is how a thing is said,
never which edition it is: years, volumes, edition numbers and pages keep their values.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable

from stdnum import isbn

from publisher.rdf.vietnamese import fold
from publisher.sources.record import Field, Record

BRIEF = ("008", "020", "022", "100", "110", "111", "245", "250", "260", "264", "300", "490")

HABITS = {
    "brief": 0.7, "no isbn": 0.5, "bare": 0.5, "capitals": 0.25, "decomposed": 0.5, "tones": 0.5, "house": 0.5,
    "short publisher": 0.3, "short place": 0.4, "other isbn": 0.4, "hyphens": 0.5, "edition": 0.4, "no subtitle": 0.15,
    "subtitle in a": 0.2, "name order": 0.4, "author in c": 0.2, "pages": 0.5, "year": 0.5, "part": 0.5, "264": 0.3,
    "y": 0.3, "and": 0.3, "no 008": 0.3, "no marks": 0.03, "no extent": 0.05, "no publisher": 0.05,
}  # fmt: skip
"""The habits and how often a cataloguer has each; the one "no ..." of the same record seldom meets another."""

_OLD = re.compile(r"(?<![qQ])(o[àáảãạ]|o[èéẻẽẹ]|u[ỳýỷỹỵ])(?![^\W\d_])")
_NEW = re.compile(r"(?<![qQ])([òóỏõọ]a|[òóỏõọ]e|[ùúủũụ]y)(?![^\W\d_])")
_VIETNAMESE = re.compile("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữự]", re.IGNORECASE)
_HOUSE = re.compile(r"^(?:Nxb\.?|Nhà xuất bản)\s+", re.IGNORECASE)
_PUBLISHERS = (
    (r"Khoa học (?:và |& )?kỹ thuật", ("KHKT", "KH & KT", "Khoa học và Kỹ thuật")),
    (r"Khoa học xã hội", ("KHXH",)),
    (r"Đại học quốc gia", ("ĐHQG", "Đại học QG")),
    (r"Chính trị quốc gia", ("CTQG",)),
    (r"Giáo dục", ("GD", "Giáo Dục")),
    (r"Văn hóa thông tin", ("VHTT", "Văn hóa - Thông tin")),
    (r"(?:TP\.? ?|Thành phố )?Hồ Chí Minh", ("TP. HCM", "Tp.Hồ Chí Minh", "Thành phố Hồ Chí Minh")),
    (r"University", ("Univ.",)),
    (r"Publishing", ("Pub.",)),
    (r"Publications", ("Publ.",)),
    (r"Press\b", ("Pr.",)),
    (r",? (?:Inc|Ltd|Co)\.?(?= *,?$)", ("",)),
    (r"Government Printing Office", ("G.P.O.", "Govt. Print. Off.")),
    (r"(?<=\w) & Sons", ("",)),
)
_PLACES = (
    (r"Hà Nội", ("H.", "HN.", "Hà nội")),
    (
        r"(?:TP\.? ?|T\.P\.? ?|Thành phố )Hồ Chí Minh",
        ("Tp.HCM", "TP. HCM", "Thành phố Hồ Chí Minh", "T.P. Hồ Chí Minh"),
    ),
    (r"New York", ("N.Y.", "New York, N.Y.")),
    (r"London", ("Lond.",)),
    (r"Washington", ("Wash.",)),
)
_ORDINALS = ("zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_PART = re.compile(r"\b(Tập|Quyển|T\.|Q\.|Vol\.|Volume|v\.) ?(\d{1,2}|[IVX]{1,4})(?!\w)")
_YS = re.compile(r"\b([HKLMTSVhklmtsv])([yýỳỷỹỵiíìỉĩị])\b")

Part = tuple[str, str]


class Cataloguer:
    """Writes records in one way: with the habits `only`, or, when none is named, with a mixture drawn by `chance`."""

    def __init__(self, chance: random.Random, only: frozenset[str] = frozenset()) -> None:
        self._chance = chance
        self.habits = only or frozenset(habit for habit, often in HABITS.items() if chance.random() < often)

    def write(self, record: Record, key: str) -> Record:
        """Return what this cataloguer would have written for the edition that `record` describes."""
        has = self.habits.__contains__
        leader = record.leader[:17] + ("5" if has("brief") else record.leader[17:18]) + record.leader[18:]
        fields = [Field("001", key)]
        kept = [f for f in record.fields if f.tag not in ("001", "003") and (not has("brief") or f.tag in BRIEF)]
        names = [name for f in kept if f.tag == "100" for name in f.all("a")]
        for field in kept:
            if field.is_control:
                if not (field.tag == "008" and has("no 008")):
                    fields.append(Field(field.tag, field.content))
            elif not self._is_left_out(field, names) and (parts := self._parts(field, names)):
                tag = {"260": "264", "264": "260"}[field.tag] if has("264") and self._is_imprint(field) else field.tag
                indicators = " 1" if tag == "264" else field.ind1 + field.ind2
                fields.append(Field.data(tag, indicators, *parts))
        return Record(leader, fields, source="twin")

    @staticmethod
    def _is_imprint(field: Field) -> bool:
        return field.tag == "260" or (field.tag == "264" and field.ind2 == "1")

    def _is_left_out(self, field: Field, names: list[str]) -> bool:
        has = self.habits.__contains__
        if field.tag == "020":
            return has("no isbn")
        if field.tag == "300":
            return has("no extent")
        return field.tag == "100" and has("author in c") and bool(names)

    def _parts(self, field: Field, names: list[str]) -> list[Part]:
        has, parts = self.habits.__contains__, list(field.subfields)
        if field.tag == "245":
            parts = self._title(parts, names)
        if field.tag in ("260", "264") and has("no publisher"):
            parts = [part for part in parts if part[0] != "b"]
        if field.tag == "020":
            parts = [part for part in parts if part[0] == "a"]
        return [(code, text) for code, value in parts if (text := self._text(field.tag, code, value))]

    def _title(self, parts: list[Part], names: list[str]) -> list[Part]:
        has = self.habits.__contains__
        if has("no subtitle"):
            subtitle = " ".join(value for code, value in parts if code == "b")
            if len(subtitle.split()) > 1 and not any(char.isdigit() for char in subtitle):
                parts = [part for part in parts if part[0] != "b"]
        elif has("subtitle in a") and [code for code, _ in parts[:2]] == ["a", "b"]:
            head = re.sub(r"\s*[:;]\s*$", "", parts[0][1])
            mark = " = " if head.endswith("=") else " : "
            parts = [("a", head.rstrip("= ") + mark + parts[1][1]), *parts[2:]]
        if has("author in c") and names and not any(code == "c" for code, _ in parts):
            parts = [*parts, ("c", _turned(names[0]))]
        if has("part"):
            parts = [(code, _PART.sub(self._designation, value) if code in "abn" else value) for code, value in parts]
        return parts

    def _designation(self, found: re.Match[str]) -> str:
        word, number = found.groups()
        arabic = _ROMAN.index(number) if number in _ROMAN else int(number) if number.isdigit() else 0
        if not 0 < arabic <= 10:
            return found.group()
        if word[0] in "Vv":
            return self._chance.choice((f"Vol. {arabic}", f"v.{arabic}", f"Volume {_ROMAN[arabic]}"))
        if word[0] == "T":
            return self._chance.choice(
                (f"T.{arabic}", f"Tập {arabic}", f"t. {_ROMAN[arabic]}", f"Tập {_ROMAN[arabic]}")
            )
        return self._chance.choice((f"Quyển {arabic}", f"Q.{arabic}", f"Quyển {_ROMAN[arabic]}"))

    def _text(self, tag: str, code: str, value: str) -> str:
        if tag == "020":
            return self._isbn(value)
        if tag == "022":
            return value
        has = self.habits.__contains__
        special = {
            ("100", "a"): self._name, ("300", "a"): self._pages, ("250", "a"): self._edition,
            ("260", "a"): self._place, ("260", "b"): self._publisher, ("260", "c"): self._year,
            ("264", "a"): self._place, ("264", "b"): self._publisher, ("264", "c"): self._year,
        }.get((tag, code))  # fmt: skip
        if special is not None:
            value = special(value)
        return self._spelling(tag, value) if not has("bare") else _bare(self._spelling(tag, value))

    def _spelling(self, tag: str, value: str) -> str:
        has = self.habits.__contains__
        if has("tones"):
            value = _OLD.sub(_onto_first, value) if _OLD.search(value) else _NEW.sub(_onto_second, value)
        if has("y") and _VIETNAMESE.search(value):
            value = _YS.sub(lambda found: found.group(1) + _other_y(found.group(2)), value)
        if has("and") and tag == "245":
            value = value.replace(" & ", " and ") if " & " in value else value.replace(" and ", " & ")
        if has("capitals") and tag == "245":
            value = value.upper()
        if has("no marks") and _VIETNAMESE.search(value):
            value = _without_marks(value)
        return unicodedata.normalize("NFD", value) if has("decomposed") else value

    def _isbn(self, value: str) -> str:
        found = re.match(r"\s*([\dXx][\dXx \-]{8,16})(?![\dXx])", value)
        number = isbn.compact(found.group(1)).upper() if found else ""
        if found is None or not isbn.is_valid(number):
            return value
        if "other isbn" in self.habits:
            if len(number) == 10:
                number = isbn.to_isbn13(number)
            elif number.startswith("978"):
                number = isbn.to_isbn10(number)
        return (isbn.format(number) if "hyphens" in self.habits else number) + value[found.end() :]

    def _name(self, value: str) -> str:
        if "name order" not in self.habits or ";" in value or value.count(",") > 2:
            return value
        return _turned(value)

    def _pages(self, value: str) -> str:
        if "pages" not in self.habits:
            return value
        value = re.sub(r"^\s*[ivxlc]+\s*,\s*(?=\d)", "", value)
        return re.sub(r"(\d)\s*(tr|p|trang|pages)\b\.?", r"\1\2.", value)

    def _edition(self, value: str) -> str:
        if "edition" not in self.habits:
            return value
        number = re.search(r"(?<!\d)(\d{1,2})(?!\d)", value)
        if number is None or not 0 < int(number.group(1)) <= 10 or re.search(r"\d", value[number.end() :]):
            return value
        n = int(number.group(1))
        if _VIETNAMESE.search(value) or "lan" in fold(value).split():
            return self._chance.choice((f"In lần thứ {n}", f"Tái bản lần {n}", f"Tái bản lần thứ {n}", f"In lần {n}"))
        if re.search(r"\bed", value, re.IGNORECASE):
            return self._chance.choice((f"{_ORDINALS[n].capitalize()} edition", f"{n}th ed." if n > 3 else value))
        return value

    def _place(self, value: str) -> str:
        return self._shortened(value, _PLACES) if "short place" in self.habits else value

    def _publisher(self, value: str) -> str:
        if "house" in self.habits:
            if _HOUSE.match(value):
                value = _HOUSE.sub("", value)
            elif _VIETNAMESE.search(value):
                value = self._chance.choice(("Nxb. ", "Nhà xuất bản ", "NXB ")) + value
        return self._shortened(value, _PUBLISHERS) if "short publisher" in self.habits else value

    def _shortened(self, value: str, table: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
        for pattern, ways in table:
            value = re.sub(pattern, self._chance.choice(ways), value, flags=re.IGNORECASE)
        return value

    def _year(self, value: str) -> str:
        if "year" not in self.habits:
            return value
        years = re.findall(r"(?<!\d)(?:1\d|20)\d\d(?!\d)", value)
        if len(set(years)) != 1 or re.search(r"\d-|-\s*\d|-\s*$", value):
            return value.strip("[]. ©").removeprefix("c")
        ways: tuple[Callable[[str], str], ...] = ("c{}".format, "[{}]".format, "{}.".format, "{}".format, "©{}".format)
        return self._chance.choice(ways)(years[0])


def _bare(value: str) -> str:
    return re.sub(r"\s*[/:;,=]\s*$", "", value.strip()).rstrip(".") if len(value) > 3 else value


def _turned(name: str) -> str:
    """Return a name the other way: "Norris, Stephen P." for "Stephen P. Norris", "Nguyễn, Du" for "Nguyễn Du"."""
    name = name.strip().rstrip(",")
    family, comma, given = name.partition(",")
    if comma:
        given = given.strip(" ,")
        return f"{family} {given}" if _VIETNAMESE.search(name) else f"{given} {family}"
    words = name.split()
    if len(words) < 2 or _VIETNAMESE.search(name):
        return f"{words[0]}, {' '.join(words[1:])}" if len(words) > 1 else name
    return f"{words[-1]}, {' '.join(words[:-1])}"


def _without_marks(value: str) -> str:
    plain = unicodedata.normalize("NFD", value.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in plain if not unicodedata.combining(char))


def _other_y(letter: str) -> str:
    plain, *tone = unicodedata.normalize("NFD", letter)
    return unicodedata.normalize("NFC", {"y": "i", "i": "y"}[plain] + "".join(tone))


def _onto_first(found: re.Match[str]) -> str:
    first, second = found.group()
    plain, *tone = unicodedata.normalize("NFD", second)
    return unicodedata.normalize("NFC", first + "".join(tone)) + plain


def _onto_second(found: re.Match[str]) -> str:
    first, second = found.group()
    plain, *tone = unicodedata.normalize("NFD", first)
    return plain + unicodedata.normalize("NFC", second + "".join(tone))
