"""Catalogues of any size, made of real records: each round is another catalogue of the same make.

`distinct` says other things of the same kind, as another catalogue would: every word of a title and of a name gives way
to another word that is about as frequent, years and extents move, numbers are others. Generic titles ("Tuyển tập"),
small words and publishers stay, so what records of different rounds share grows with the number of records as it does
in a real catalogue; and what two records of one round share (an author, a title, an edition described twice) they share
in every round. `near` only turns the words of the title round and leaves author, year, publisher and extent as they
are: every record has a near twin in every round, which no catalogue has. It is the harder of the two.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import zip_longest
from pathlib import Path

from stdnum import ean

from publisher.config import Policy as PolicySettings
from publisher.identity.wording import GENERIC, roman, weight, words
from publisher.policy import Policy
from publisher.sources import decode, raw_records
from publisher.sources.record import Field, Record

CORPORA = ("gpo", "mixed", "hcmut")
"""The files that records are made of, by default: American and Vietnamese catalogues."""
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"(?<!\d)\d{2,4}(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:1[4-9]|20)\d\d(?!\d)")
_TITLES = {"245": "abp", "246": "abp", "240": "ap", "130": "ap", "740": "a", "765": "t"}
_NAMES = {"100": "ab", "110": "ab", "111": "a", "700": "ab", "710": "ab", "245": "c"}
_NUMBERED = ("010", "020", "022", "035")
_SMALL = 3
"""Letters of a word up to which it stays: initials, numerals, particles."""
_STAY = 40
"""The most frequent words, which stay."""
_LAST_YEAR = 2026


class Many:
    """Records without an end, by their number: the real ones in the folder `data`, then round after round of others.

    `way` is "distinct" or "near"; `corpora` are the names of the files. Records are redacted, as what identity sees of
    a record is.
    """

    def __init__(self, data: Path, way: str, corpora: Sequence[str] = CORPORA) -> None:
        policy = Policy(PolicySettings())
        self._real = [policy.redact(record) for record in _mixed(data, corpora)]
        self._rounds = Rounds(self._real) if way == "distinct" else None

    def record(self, number: int) -> Record:
        """Return the record `number`."""
        turn, place = divmod(number, len(self._real))
        real, key = self._real[place], f"{number:08}"
        if not turn:
            return _made(real, key, _kept(real))
        return self._rounds.distinct(real, turn, number) if self._rounds else near(real, turn, number)


def _mixed(data: Path, corpora: Sequence[str]) -> Iterator[Record]:
    """Yield the real records, one of each file in turn, so that few of them are of the same make as many."""
    files = [raw_records(data / f"{name}.mrc") for name in corpora]
    for row in zip_longest(*files):
        for raw in row:
            if raw is not None and isinstance(record := decode(raw), Record):
                yield record


def _kept(record: Record) -> list[Field]:
    return [field for field in record.fields if field.tag.isdigit() and field.tag not in ("001", "003")]


def _made(record: Record, key: str, fields: list[Field]) -> Record:
    return Record(record.leader, [Field("001", key), *fields], source="many")


class Rounds:
    """Says in each round other things of the same kind; knows how frequent the words of titles and of names are."""

    def __init__(self, real: list[Record]) -> None:
        self._frequent: dict[str, list[str]] = {"title": [], "name": []}
        counts = {"title": Counter[str](), "name": Counter[str]()}
        for record in real:
            for field in record.fields:
                for code, value in () if field.is_control else field.subfields:
                    for which, of in (("title", _TITLES), ("name", _NAMES)):
                        if code in of.get(field.tag, ""):
                            counts[which].update(word.lower() for word in _WORD.findall(value))
        for which, found in counts.items():
            ordered = sorted(found, key=lambda word: (-found[word], word))
            self._frequent[which] = [word for word in ordered if len(word) > _SMALL and not roman(word)][_STAY:]
        self._turn = 0
        self._others: dict[str, dict[str, str]] = {}

    def distinct(self, record: Record, turn: int, number: int) -> Record:
        """Return another record of the same make; the same `turn` says one thing for one thing."""
        if turn != self._turn:
            self._turn, self._others = turn, {which: self._exchanged(which, turn) for which in self._frequent}
        chance = random.Random(blake2b(f"{turn} {_edition(record)}".encode(), digest_size=8).digest())
        years, share = chance.randint(-9, 9), chance.uniform(0.7, 1.4)
        fields = []
        for field in _kept(record):
            if field.tag == "008":
                head, tail = field.content[:15], field.content[15:]
                fields.append(Field("008", _YEAR.sub(lambda y: _moved(y, years), head) + tail))
            elif field.is_control:
                fields.append(field)
            elif field.tag in _NUMBERED:
                said = [(c, _number(field.tag, v, chance, number) if c == "a" else v) for c, v in field.subfields]
                fields.append(Field.data(field.tag, field.ind1 + field.ind2, *said))
            else:
                said = [(c, self._said(field.tag, c, v, years, share)) for c, v in field.subfields]
                fields.append(Field.data(field.tag, field.ind1 + field.ind2, *said))
        return _made(record, f"{number:08}", fields)

    def _exchanged(self, which: str, turn: int) -> dict[str, str]:
        """Return for every word another that is about as frequent: one of the same power of two of ranks."""
        chance = random.Random(f"{which} {turn}")
        found: dict[str, str] = {}
        frequent, start = self._frequent[which], 0
        while start < len(frequent):
            band = frequent[start : 2 * start + 64]
            found.update(zip(band, chance.sample(band, len(band)), strict=True))
            start += len(band)
        return found

    def _said(self, tag: str, code: str, value: str, years: int, share: float) -> str:
        if code in _TITLES.get(tag, ""):
            title = words(value)
            return value if " ".join(title) in GENERIC or weight(title) <= 1 else self._other_words("title", value)
        if code in _NAMES.get(tag, ""):
            return self._other_words("name", value)
        if tag in ("260", "264") and code == "c":
            return _YEAR.sub(lambda y: _moved(y, years), value)
        if tag in ("100", "700") and code == "d":
            return _YEAR.sub(lambda y: _moved(y, years), value)
        if tag == "300" and code == "a":
            return _NUMBER.sub(lambda n: str(max(1, round(int(n.group()) * share))), value)
        return value

    def _other_words(self, which: str, value: str) -> str:
        others = self._others[which]

        def other(found: re.Match[str]) -> str:
            word = found.group()
            said = others.get(word.lower(), word.lower())
            return said.upper() if word.isupper() else said.capitalize() if word[0].isupper() else said

        return _WORD.sub(other, value)


def _edition(record: Record) -> str:
    """Return what records of one edition have in common: their title and year."""
    title = record.first("245")
    dates = [_YEAR.findall(value) for field in record.all("260", "264") for value in field.all("c")]
    return f"{' '.join(words(title.first('a'))) if title else ''} {dates[:1]}"


def _moved(year: re.Match[str], by: int) -> str:
    return str(min(int(year.group()) + by, _LAST_YEAR))


def _number(tag: str, value: str, chance: random.Random, number: int) -> str:
    if tag == "020":
        bare = f"978{chance.randrange(10**9):09}"
        return f"{bare}{ean.calc_check_digit(bare)}"
    if tag == "022":
        bare = f"{chance.randrange(10**7):07}"
        remainder = -sum((8 - n) * int(digit) for n, digit in enumerate(bare)) % 11
        return f"{bare[:4]}-{bare[4:]}{'X' if remainder == 10 else remainder}"
    if tag == "010":
        return f"{chance.randrange(10**9):09}0"
    return f"(OCoLC){number + 10**9}" if "OCoLC" in value else re.sub(r"\d+", str(number + 10**9), value)


def near(record: Record, turn: int, number: int) -> Record:
    """Return a near twin of `record`: the words of its title in another order, each with another ending."""
    fields = [Field.data("035", "  ", ("a", f"(OCoLC){number + 10**9}"))]
    for field in _kept(record):
        if field.tag == "245":
            said = [(code, _turned(value, turn) if code in "ab" else value) for code, value in field.subfields]
            fields.append(Field.data("245", field.ind1 + field.ind2, *said))
        elif field.tag not in _NUMBERED:
            fields.append(field)
    return _made(record, f"{number:08}", fields)


def _turned(text: str, turn: int) -> str:
    parts = text.split()
    cut = turn % max(len(parts), 1)
    return " ".join(f"{word}{chr(97 + turn % 26)}" if len(word) > 3 else word for word in parts[cut:] + parts[:cut])
