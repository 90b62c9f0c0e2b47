"""Twins of real records: how many meet, and what contradicts in all that was merged.

The records of a corpus are two libraries' then: as they are, and as a second cataloguer would have written them. What
was merged is looked at by means that have nothing in common with the product's.
"""

from __future__ import annotations

import random
import re
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import blake2b
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import fuzz
from stdnum import isbn

from benchmarks._identity_ways import HABITS, Cataloguer
from publisher.config import Policy as PolicySettings
from publisher.identity.account import ACCOUNT, write_account
from publisher.identity.comparison import compare
from publisher.identity.decisions import Decisions
from publisher.identity.evidence import evidence_of
from publisher.identity.keys import record_key
from publisher.identity.resolution import Resolution
from publisher.identity.workbook import Clue, Workbook, clue
from publisher.policy import Policy
from publisher.rdf.vietnamese import fold
from publisher.sources import decode, raw_records
from publisher.sources.record import Field, Record

CORPORA = {
    "mixed": (2000, ["data/mixed.mrc"]),
    "hcmut": (1000, ["data/hcmut.mrc"]),
    "gpo": (2000, ["data/gpo.mrc"]),
    "loc": (
        396,
        [f"reference/loc/samples/{name}.marcxml" for name in ("loc_general", "british_library", "dnb", "gwu")],
    ),
    "libol": (2000, ["data/libol"]),
    "list": (2000, ["data/hcmut-list.xlsx"]),
}
"""Per corpus, how many twins are made at most, and of which files."""


class Found(NamedTuple):
    """What came of one run: twins made, those apart (with what was said of them), pairs merged, contradicting ones."""

    made: int
    apart: list[tuple[str, str, str]]
    pairs: int
    wrong: list[str]


def run(shared: Path, corpus: str, seed: int, only: frozenset[str]) -> Found:
    """Make the twins of `corpus`, decide which records are one, and look at the outcome."""
    chance = random.Random(f"{corpus} {seed}")
    count, paths = CORPORA[corpus]
    originals = _sample([path for name in paths for path in _files(shared / name)], count, chance)
    ours = {f"A{n:05}": _renamed(record, f"A{n:05}") for n, record in enumerate(originals)}
    theirs = {f"B{n:05}": Cataloguer(chance, only).write(r, f"B{n:05}") for n, r in enumerate(originals)}
    with tempfile.TemporaryDirectory() as folder:
        account = Path(folder) / ACCOUNT
        decide({"a": ours.values(), "b": theirs.values()}, account)
        with sqlite3.connect(account) as database:
            instance: dict[str, str] = dict(database.execute("SELECT name, instance FROM record"))
            apart = []
            for n, record in enumerate(originals):
                twin = theirs[f"B{n:05}"]
                if instance.get(f"a-A{n:05}") != instance.get(f"b-B{n:05}"):
                    apart.append((line(record), line(twin), _said(record, twin)))
    records = {**{f"a-{key}": r for key, r in ours.items()}, **{f"b-{key}": r for key, r in theirs.items()}}
    pairs, wrong = check(instance, records)
    return Found(len(originals), apart, pairs, wrong)


def decide(libraries: dict[str, Iterable[Record]], account: Path) -> None:
    """Do with the records of `libraries` what a build does to decide which are one; write the account of it."""
    with tempfile.TemporaryDirectory() as folder:
        book = Workbook(Path(folder) / "workbook.sqlite")
        number = 0
        for code, records in libraries.items():
            for record in records:
                book.add(code, [(number, clue_of(record))])
                number += 1
        resolution = Resolution(book, Decisions())
        resolution.run()
        write_account(book, account, resolution.warnings)
        book.close()


def clue_of(record: Record, *, redacted: bool = False) -> Clue:
    """Return what a build hands to identity of `record`, which may be redacted already."""
    said = "\x1e".join([record.leader, *(field.tag + field.content for field in record.fields)])
    content = int.from_bytes(blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
    return clue(
        record_key(record).value, content, len(said), evidence_of(record if redacted else _policy().redact(record))
    )


@cache
def _policy() -> Policy:
    return Policy(PolicySettings())


def report(shared: Path, corpora: list[str], seeds: list[int], show: int, *, singly: bool) -> None:
    """Print recall and contradictions of every corpus and seed; `singly` with each habit alone, in brief records."""
    for corpus in corpora:
        for seed in seeds:
            for only in [frozenset({"brief", habit}) for habit in HABITS] if singly else [frozenset[str]()]:
                found = run(shared, corpus, seed, only)
                met = 1 - len(found.apart) / found.made
                way = ", ".join(sorted(only)) or "all mixed"
                wrong = f"{len(found.wrong)} of {found.pairs} pairs ({len(found.wrong) / max(found.pairs, 1):.2%})"
                told = f"{corpus:6} seed {seed:3} {way:23} {met:7.2%} of {found.made} met; {wrong} contradict"
                print(told, flush=True)
                for one, other, said in found.apart[:show]:
                    print(f"  apart {one}\n     ~  {other}\n        {said}")
                for said in found.wrong:
                    print("  contradict", said)


def _files(path: Path) -> list[Path]:
    return sorted(path.iterdir()) if path.is_dir() else [path]


def _sample(paths: list[Path], count: int, chance: random.Random) -> list[Record]:
    """Return records of `paths` with a title, of which hardly two describe the same: one a title, year and author."""
    found: dict[tuple[str, ...], Record] = {}
    for path in paths:
        for raw in raw_records(path):
            record = decode(raw)
            if not isinstance(record, Record) or record.kind != "bibliographic" or record.leader[5:6] == "d":
                continue
            title, imprint, author = (
                record.first("245"),
                record.first("260") or record.first("264"),
                record.first("100"),
            )
            if title is None or not title.first("a") or record.first("506"):
                continue
            said = (title.content, imprint.first("c") if imprint else "", author.content if author else "")
            found.setdefault((*said, "".join(field.content for field in record.all("490"))), record)
    return chance.sample(list(found.values()), min(count, len(found)))


def _renamed(record: Record, key: str) -> Record:
    kept = [field for field in record.fields if field.tag not in ("001", "003")]
    return Record(record.leader, [Field("001", key), *kept], source="original")


def _said(a: Record, b: Record) -> str:
    """Return what the product says of two records beside each other."""
    verdict = compare(evidence_of(a), evidence_of(b))
    if verdict.is_match:
        return f"{verdict.score:g} points: never compared, or kept apart by others"
    return f"{verdict.score:g} points: {'; '.join(verdict.reasons)} BUT {'; '.join(verdict.contradictions) or '-'}"


def line(record: Record) -> str:
    """Return what a person needs to see of `record` to know its edition."""
    tags = ("020", "100", "110", "245", "250", "260", "264", "300", "490")
    return " / ".join(field.content[2:110].replace("\x1f", "$") for field in record.all(*tags))


# What contradicts, by other means than the product's


def check(instance: dict[str, str], records: dict[str, Record]) -> tuple[int, list[str]]:
    """Return how many pairs of `records` are of one instance, and those that contradict, with the reason."""
    clusters: dict[str, list[str]] = defaultdict(list)
    for name, of in instance.items():
        clusters[of].append(name)
    pairs, wrong = 0, []
    for members in clusters.values():
        for a, b in combinations(sorted(members), 2):
            pairs += 1
            if said := list(contradictions(records[a], records[b])):
                wrong.append(f"{a} {b} {'; '.join(said)}\n     {line(records[a])}\n     {line(records[b])}")
    return pairs, wrong


def contradictions(a: Record, b: Record) -> Iterator[str]:
    """Yield what differs between two records in title, volume, year and ISBN."""
    title_a, title_b = (fold(" ".join(t.all("ab"))) if (t := r.first("245")) else "" for r in (a, b))
    if fuzz.token_set_ratio(title_a, title_b) < _ALIKE:
        yield f"title {title_a!r} {title_b!r}"
    for what, of in (("volume", _volume), ("year", _years), ("ISBN", _isbns)):
        in_a, in_b = of(a), of(b)
        if in_a and in_b and not in_a & in_b:
            yield f"{what} {sorted(in_a)} {sorted(in_b)}"


_ALIKE = 75
_NUMERALS = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8"}


def _volume(record: Record) -> set[str]:
    said = [value for field in record.all("245") for value in field.all("n")]
    said += [value for field in record.all("490") if not field.has("a") for value in field.all("v")]
    words = [word for value in said for word in fold(value).split()]
    return {_NUMERALS.get(word, word.lstrip("0")) for word in words if word.isdigit() or word in _NUMERALS}


def _years(record: Record) -> set[str]:
    said = (value for field in record.all("260", "264") for value in field.all("c"))
    return {year for value in said for year in re.findall(r"(?<!\d)(?:1\d|20)\d\d(?!\d)", value)}


def _isbns(record: Record) -> set[str]:
    said = (re.sub(r"[^\dX]", "", value.partition(" ")[0].upper()) for f in record.all("020") for value in f.all("a"))
    return {isbn.to_isbn13(number) for number in said if isbn.is_valid(number)}
