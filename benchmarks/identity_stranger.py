"""A second adversary of identity: another cataloguer than that of `identity_ways.py`, and look-alikes beside the twins.

    python benchmarks/identity_stranger.py [--corpora mixed hcmut] [--seeds 101 102] [--records 1000] [--show 5]

Written without a look at the habits of `identity_ways.py`, so that the rules are not measured only by what they were made
with. The whole corpus is one library; another has the twins; a third has, for as many other records, a *trap*: what looks
like the record and is another edition, another volume, another book. Printed are the twins that met, the pairs in one
instance that contradict, and the traps that were taken for what they imitate.
"""

from __future__ import annotations

import argparse
import random
import re
import sqlite3
import tempfile
import unicodedata
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from identity_twins import _files, _renamed, _said, check, decide, line
from rapidfuzz import fuzz
from stdnum import isbn

from publisher.identity.account import ACCOUNT
from publisher.rdf.vietnamese import fold
from publisher.sources import decode, raw_records
from publisher.sources.record import Field, Record

CORPORA = {
    "mixed": ["data/mixed.mrc"],
    "hcmut": ["data/hcmut.mrc"],
    "gpo": ["data/gpo.mrc"],
    "libol": ["data/libol"],
}
_WORDS = "sương gió rừng suối trăng biển đồi mây lửa đá nắng mưa sông cát lá hoa chim nai voi thác".split()
KONTUM = Path(__file__).parents[1] / "examples" / "kontum"
Part = tuple[str, str]
_VIETNAMESE = re.compile("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựàáèéìíòóùúỳý]", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:1[4-9]|20)\d\d(?!\d)")
_NUMBER = re.compile(r"(?<![\d.,])\d{1,4}(?!\d)")


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
        return [Field.data("100", "1 ", ("a", said + ("," if dates else "")), *dates)], credit if self.maybe(0.6) else ""

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
        parts = [(c, _bare(v)) for c, v in field.subfields if c in "abnph" and _bare(v)]
        subtitle = " ".join(v for c, v in parts if c == "b")
        if self.maybe(0.25) and len(subtitle.split()) > 1 and not any(ch.isdigit() for ch in subtitle):
            parts = [p for p in parts if p[0] != "b"]
        if self.maybe(0.5):
            parts = [p for p in parts if p[0] != "h" or not re.search("text|print", p[1], re.I)]
        credit = _bare(credit)
        way = self.chance.random()
        if way < 0.4:  # ISBD
            marks = {"b": " :", "n": ".", "p": ","}
            out: list[Part] = []
            for code, value in parts:
                if out and code in marks:
                    out[-1] = (out[-1][0], out[-1][1] + ("" if out[-1][1].endswith("=") else marks[code]))
                out.append((code, value))
            if credit:
                out[-1] = (out[-1][0], out[-1][1] + " /")
                out.append(("c", credit + self.one("", ".")))
        elif way < 0.7:
            out = [*parts, *([("c", credit)] if credit else [])]
        elif way < 0.85 and len(parts) == 2 and parts[1][0] == "b":
            out = [("a", f"{parts[0][1]}{self.one(': ', ' : ', ' - ', '. ', ' ; ')}{parts[1][1]}")]
            out += [("c", credit)] if credit else []
        else:
            out = [(c, v + self.one("", ".", ",", "")) for c, v in parts] + ([("c", credit)] if credit else [])
        if self.maybe(0.1):
            out[0] = (out[0][0], self.one("“{}”", '"{}"', "{}  ", "  {}", "{} ").format(out[0][1]))
        if self.maybe(0.2):
            out = [(c, v.upper() if c in "ab" else v) for c, v in out]
        elif self.maybe(0.15):
            out = [(c, v.title().replace("'S", "'s") if c in "ab" else v) for c, v in out]
        elif self.maybe(0.1):
            out = [(c, v.lower() if c in "ab" else v) for c, v in out]
        return [Field.data("245", self.one("00", "10", "  "), *out)]

    def edition(self, value: str) -> str:
        value = _bare(value)
        if found := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th) ed(?:ition)?(.*)", value, re.I):
            return self.one(f"{found[1]}. ed", f"Edition {found[1]}", f"{value}ition".replace("editionition", "ed."), value)
        if found := re.fullmatch(r"(?:tái bản|in) lần (?:thứ )?(\d{1,2})(.*)", value, re.I):
            return self.one(f"Xuất bản lần thứ {found[1]}", f"Tái bản lần {found[1]}", f"Lần thứ {found[1]}") + found[2]
        return value

    def imprint(self, record: Record) -> list[Field]:
        old = [*record.all("260"), *(f for f in record.all("264") if f.ind2 in "1 ")]
        if not old:
            return []
        field = old[0]
        place, house, year = (_bare(field.first(c)) for c in "abc")
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
        value = _bare(field.first("a"))
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

    def spelling(self):  # type: ignore[no-untyped-def]
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
        text = re.sub(r"(?<![qQ])([oO](?=[aAeE])|[uU](?=[yY]))([aAeEyY])([\u0300\u0301\u0309\u0303\u0323])(?![\w\u0300-\u036f])", r"\1\3\2", text)
    else:
        text = re.sub(r"(?<![qQ])([oO](?=.[aAeE])|[uU](?=.[yY]))([\u0300\u0301\u0309\u0303\u0323])([aAeEyY])(?![\w\u0300-\u036f])", r"\1\3\2", text)
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


def _bare(value: str) -> str:
    return re.sub(r"\s*(?:[/:;,]|(?<=[^\W\d_]{3})\.)\s*$", "", value.strip()).strip()


def _mapped(field: Field, change) -> Field:  # type: ignore[no-untyped-def]
    return Field.data(field.tag, field.ind1 + field.ind2, *((c, change(v)) for c, v in field.subfields))


# Traps: what looks like the record and is not it


def trap(record: Record, kind: str, key: str, chance: random.Random) -> Record | None:
    """Return a record that imitates `record` and is something else by `kind`, None where that cannot be made of it."""
    fields = {n: f for n, f in enumerate(record.fields) if f.tag not in ("001", "003", "010", "035", "856")}
    title = next(((n, f) for n, f in fields.items() if f.tag == "245"), None)
    if title is None:
        return None
    at, head = title
    if kind == "reprint":
        imprint = [(n, f) for n, f in fields.items() if f.tag in ("260", "264") and len(_YEAR.findall(f.content)) == 1]
        if len(imprint) != 1:
            return None
        n, f = imprint[0]
        year = int(_YEAR.findall(f.content)[0])
        shift = chance.choice((1, 2, 5, -1, -3))
        fields = {m: g for m, g in fields.items() if g.tag not in ("020", "008")}
        fields[n] = Field(f.tag, _YEAR.sub(str(year + shift), f.content))
    elif kind == "volume":
        number = chance.randrange(2, 9)
        if re.search(r"\d|\b[IVX]+\b", " ".join(head.all("abnp"))):
            return None
        fields = {m: g for m, g in fields.items() if g.tag != "020"}
        parts = [p for p in head.subfields if p[0] in "ab"]
        fields[at] = Field.data("245", "10", *parts, ("n", chance.choice((f"Tập {number}", f"Vol. {number}", f"T.{number}"))))
    elif kind == "edition":
        if record.first("250") is None or not re.search(r"\d", record.first("250").first("a")):  # type: ignore[union-attr]
            return None
        n = next(m for m, g in fields.items() if g.tag == "250")
        number = int(_NUMBER.findall(fields[n].first("a") + " 1")[0]) + 1
        fields = {m: g for m, g in fields.items() if g.tag != "020"}
        vietnamese = _VIETNAMESE.search(head.content)
        fields[n] = Field.data("250", "  ", ("a", f"Tái bản lần thứ {number}" if vietnamese else f"{number}th ed."))
    elif kind == "author":
        if not any(f.tag == "100" for f in fields.values()):
            return None
        fields = {m: g for m, g in fields.items() if g.tag not in ("020", "300", "700", "710", "100", "250", "082")}
        other = chance.choice(("Trịnh Công Mẫn", "Zwetler, Ottokar", "Phạm Thị Quyên", "Abernathy, Lucille"))
        fields[9000] = Field.data("100", "1 ", ("a", other))
        fields[at] = Field.data("245", "10", *[p for p in head.subfields if p[0] in "abnp"])
        fields[9001] = Field.data("300", "  ", ("a", f"{chance.randrange(50, 700)} p."))
    elif kind == "isbn":
        if not any(f.tag == "020" for f in fields.values()):
            return None
        words = chance.choice(("Kỹ thuật nuôi ong lấy mật", "Giáo trình thổ nhưỡng học", "A walk in the hills",
                               "Introductory beekeeping"))  # fmt: skip
        fields = {m: g for m, g in fields.items() if g.tag not in ("100", "700", "300", "110", "240", "246", "880")}
        fields[at] = Field.data("245", "10", ("a", words))
    elif kind == "translation":
        if not any(f.tag == "100" for f in fields.values()) or record.first("240") or record.first("130"):
            return None
        fields = {m: g for m, g in fields.items() if g.tag not in ("020", "250", "700", "880", "246", "300", "008", "500", "546", "765")}
        original = re.split(r" ?[:=] ", _bare(head.first("a")))[0]
        if len(original.split()) < 2:
            return None
        fields[at] = Field.data("245", "10", ("a", f"Bản dịch {' '.join(chance.sample(_WORDS, 3))}"))
        fields[9000] = Field.data("240", "10", ("a", original + "."), ("l", "Vietnamese"))
        fields[9001] = Field.data("260", "  ", ("a", "Hà Nội :"), ("b", "Văn học,"), ("c", "2019"))
    else:
        raise ValueError(kind)
    made = [Field("001", key), *(g for _, g in sorted(fields.items(), key=lambda e: (e[1].tag, e[0])) )]
    return Record(record.leader, made, source="trap")


TRAPS = ("reprint", "volume", "edition", "author", "isbn", "translation")


class Outcome(NamedTuple):
    made: int
    apart: list[tuple[str, str, str]]
    pairs: int
    wrong: list[str]
    taken: Counter[str]
    traps: Counter[str]
    shown: list[str]
    works: tuple[int, int]
    biggest: list[str]


def run(paths: list[Path], name: str, seed: int, count: int) -> Outcome:
    chance = random.Random(f"stranger {name} {seed}")
    whole = list(bibliographic(paths))
    usable = [n for n, r in enumerate(whole) if (t := r.first("245")) and t.first("a").strip() and not r.first("506")]
    chance.shuffle(usable)
    chosen, seen = [], set()
    for n in usable:
        said = tuple(f.content for f in whole[n].all("245", "100", "260", "264"))
        if said not in seen:
            seen.add(said)
            chosen.append(n)
    twins, baits = chosen[:count], chosen[count:][: count // 2] or chosen[: count // 2]
    ours = {f"A{n:05}": _renamed(r, f"A{n:05}") for n, r in enumerate(whole)}
    theirs = {f"B{n:05}": Stranger(chance).write(whole[n], f"B{n:05}") for n in twins}
    traps: dict[str, Record] = {}
    kinds: dict[str, str] = {}
    for turn, n in enumerate(baits):
        for kind in (*TRAPS[turn % len(TRAPS) :], *TRAPS[: turn % len(TRAPS)]):
            if (made := trap(whole[n], kind, f"C{n:05}", chance)) is not None:
                traps[f"C{n:05}"] = made
                kinds[f"C{n:05}"] = kind
                break
    with tempfile.TemporaryDirectory() as folder:
        account = Path(folder) / ACCOUNT
        decide({"a": ours.values(), "b": theirs.values(), "c": traps.values()}, account)
        with sqlite3.connect(account) as database:
            place = {n: (i, w) for n, i, w in database.execute("SELECT name, instance, work FROM record")}
    apart = [
        (line(whole[n]), line(theirs[f"B{n:05}"]), _said(ours[f"A{n:05}"], theirs[f"B{n:05}"]))
        for n in twins
        if place[f"a-A{n:05}"][0] != place[f"b-B{n:05}"][0]
    ]
    records = {f"{c}-{k}": r for c, some in (("a", ours), ("b", theirs), ("c", traps)) for k, r in some.items()}
    pairs, wrong = check({name: p[0] for name, p in place.items()}, records)
    taken, shown, met, asked = Counter[str](), [], 0, 0
    for key, kind in kinds.items():
        model = f"A{key[1:]}"
        if place[f"a-{model}"][0] == place[f"c-{key}"][0]:
            taken[kind] += 1
            shown.append(f"{kind}: {line(ours[model])}\n     ~  {line(traps[key])}\n        {_said(ours[model], traps[key])}")
        if kind == "translation":
            asked += 1
            met += place[f"a-{model}"][1] == place[f"c-{key}"][1]
            if place[f"a-{model}"][1] != place[f"c-{key}"][1]:
                shown.append(f"work apart: {line(ours[model])}\n     ~  {line(traps[key])}")
    return Outcome(len(twins), apart, pairs, wrong, taken, Counter(kinds.values()), shown, (met, asked), bags(place, records))


def bags(place: dict[str, tuple[str, str]], records: dict[str, Record]) -> list[str]:
    """Return the biggest works and instances, each with the titles in it."""
    found = []
    for which, what in ((0, "instance"), (1, "work")):
        clusters: dict[str, list[str]] = {}
        for name, p in place.items():
            clusters.setdefault(p[which], []).append(name)
        for of, members in sorted(clusters.items(), key=lambda e: (-len(e[1]), e[0]))[:8]:
            titles = Counter(fold(t.first("a"))[:60] if (t := records[m].first("245")) else "" for m in members)
            found.append(f"{what} {of} {len(members)}: {titles.most_common(6)}")
    return found


def bibliographic(paths: list[Path]):  # type: ignore[no-untyped-def]
    for path in paths:
        for raw in raw_records(path):
            record = decode(raw)
            if isinstance(record, Record) and record.kind == "bibliographic" and record.leader[5:6] != "d":
                yield record


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("/work/shared"))
    parser.add_argument("--corpora", nargs="+", default=[*CORPORA, "kontum"])
    parser.add_argument("--seeds", type=int, nargs="+", default=[101])
    parser.add_argument("--records", type=int, default=1000)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--bags", action="store_true")
    arguments = parser.parse_args()
    for corpus in arguments.corpora:
        paths = [p for name in CORPORA.get(corpus, []) for p in _files(arguments.shared / name)]
        paths = paths or sorted(p for p in KONTUM.iterdir() if p.suffix in (".mrc",) or p.name in ("dakto.xml", "ngochoi.xml", "truong.xml"))
        for seed in arguments.seeds:
            found = run(paths, corpus, seed, arguments.records)
            print(
                f"{corpus:6} seed {seed:3} {1 - len(found.apart) / found.made:7.2%} of {found.made} met; "
                f"{len(found.wrong)} of {found.pairs} pairs ({len(found.wrong) / max(found.pairs, 1):.2%}) contradict; traps taken "
                + ", ".join(f"{kind} {found.taken[kind]}/{n}" for kind, n in sorted(found.traps.items()))
                + f"; translations in the work {found.works[0]}/{found.works[1]}",
                flush=True,
            )
            for one, other, said in found.apart[: arguments.show]:
                print(f"  apart {one}\n     ~  {other}\n        {said}")
            if arguments.show:
                for said in (*found.wrong[: arguments.show], *found.shown[: arguments.show]):
                    print("  !", said)
            if arguments.bags:
                print("\n".join(f"  {bag}" for bag in found.biggest))


if __name__ == "__main__":
    main()
