"""How well, and how fast, records of the same edition meet.

    python benchmarks/identity.py twins  [--shared ../shared]     twins of 2,000 mixed and 1,000 hcmut records
    python benchmarks/identity.py speed  [--records 10000 100000] conversion beside identity, records made to vary

`twins` makes of real records what a second library would have written for the same edition, publishes both libraries
and looks whether the twins met. Every pair of records in one instance is then held against the other by means that
have nothing in common with those of the product: what differs in title, volume, year or ISBN is listed.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import re
import sqlite3
import tempfile
import time
import unicodedata
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import combinations, islice
from pathlib import Path

from pymarc import Field, Record, Subfield
from rapidfuzz import fuzz
from stdnum import isbn

from publisher import assembly
from publisher.build import BATCH, build, peak_rss_mb
from publisher.config import Settings
from publisher.identity.account import ACCOUNT, write_account
from publisher.identity.decisions import Decisions
from publisher.identity.resolution import Resolution
from publisher.identity.workbook import Workbook
from publisher.rdf.vietnamese import fold
from publisher.sources import decode, raw_records
from publisher.sources.record import Record as SourceRecord

BRIEF = ("008", "020", "022", "100", "110", "111", "245", "250", "260", "264", "300", "490")
_OLD = re.compile(r"(?<![qQ])(o[àáảãạ]|o[èéẻẽẹ]|u[ỳýỷỹỵ])(?![^\W\d_])")
_NEW = re.compile(r"(?<![qQ])([òóỏõọ]a|[òóỏõọ]e|[ùúủũụ]y)(?![^\W\d_])")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["twins", "speed"])
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--records", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=20, help="How many of what went wrong are printed.")
    arguments = parser.parse_args()
    if arguments.what == "twins":
        twins(arguments.shared, arguments.seed, arguments.show)
    else:
        speed(arguments.shared, arguments.records)


# Twins


def twins(shared: Path, seed: int, show: int) -> None:
    chance = random.Random(seed)
    sources = {"mixed": 2000, "hcmut": 1000}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        originals = {name: _sample(shared / "data" / f"{name}.mrc", count, chance) for name, count in sources.items()}
        made = [record for records in originals.values() for record in records]
        _write(work / "a.mrc", [_copy(record, f"A{n:05}") for n, record in enumerate(made)])
        _write(work / "b.mrc", [_twin(record, f"B{n:05}", chance) for n, record in enumerate(made)])
        report = build(_settings(work, {"alib": ["a.mrc"], "blib": ["b.mrc"]}), work / "data")
        release = next((work / "data" / "releases").iterdir())
        instance = _instances(release)
        start = 0
        for name, records in originals.items():
            pairs = [(f"alib-A{n:05}", f"blib-B{n:05}") for n in range(start, start + len(records))]
            start += len(records)
            lost = [(a, b) for a, b in pairs if instance.get(a) != instance.get(b)]
            print(f"{name}: {len(pairs) - len(lost)} of {len(pairs)} twins met: {1 - len(lost) / len(pairs):.2%}")
            for a, b in lost[:show]:
                print("  apart", _line(made[int(a[-5:])]), "|", _doubt(release, a, b))
        _check(instance, {**_by_name(work / "a.mrc", "alib"), **_by_name(work / "b.mrc", "blib")}, show)
        print(json.dumps({"merges": report.merges, "stages": report.stages}))


def _sample(path: Path, count: int, chance: random.Random) -> list[SourceRecord]:
    """Return records of `path` with a title, of which hardly two describe the same: one a title, year and author."""
    found: dict[tuple[str, ...], SourceRecord] = {}
    for raw in raw_records(path):
        record = decode(raw)
        if not isinstance(record, SourceRecord) or record.kind != "bibliographic" or record.leader[5:6] == "d":
            continue
        title, imprint, author = record.first("245"), record.first("260") or record.first("264"), record.first("100")
        if title is None or not title.first("a") or record.first("506"):
            continue
        said = (title.content, imprint.first("c") if imprint else "", author.content if author else "")
        found.setdefault((*said, "".join(field.content for field in record.all("490"))), record)
    return chance.sample(list(found.values()), count)


def _copy(record: SourceRecord, key: str) -> Record:
    made = Record(leader=record.leader[:9] + "a" + record.leader[10:], force_utf8=True)
    made.add_field(Field(tag="001", data=key))
    for field in record.fields:
        if not field.tag.isdigit() or field.tag in ("001", "003"):
            continue
        if field.is_control:
            made.add_field(Field(tag=field.tag, data=field.content))
        elif field.subfields:
            parts = [Subfield(code, value) for code, value in field.subfields]
            made.add_field(Field(tag=field.tag, indicators=[field.ind1, field.ind2], subfields=parts))
    return made


def _twin(record: SourceRecord, key: str, chance: random.Random) -> Record:
    """Return what a second library would have written: brief, and in its own way."""
    made = Record(leader=record.leader[:9] + "a" + record.leader[10:17] + "5" + record.leader[18:], force_utf8=True)
    made.add_field(Field(tag="001", data=key))
    ways = _ways(chance)
    without_isbn = chance.random() < 0.5
    for field in record.fields:
        if field.tag not in BRIEF or (field.tag == "020" and without_isbn):
            continue
        if field.is_control:
            made.add_field(Field(tag=field.tag, data=field.content))
            continue
        parts = [Subfield(code, ways(field.tag, code, value)) for code, value in field.subfields]
        parts = [part for part in parts if part.value]
        if field.tag == "020":
            parts = [part for part in parts if part.code == "a"]
        if parts:
            tag = "260" if field.tag == "264" and field.ind2 == "1" else field.tag
            made.add_field(Field(tag=tag, indicators=[field.ind1, field.ind2], subfields=parts))
    return made


def _ways(chance: random.Random) -> Callable[[str, str, str], str]:
    """Return how this cataloguer writes: one habit each for punctuation, case, normal form, tones and publishers."""
    bare, upper, decomposed, tones, house, dates = (chance.random() < 0.5 for _ in range(6))
    upper = upper and chance.random() < 0.5

    def write(tag: str, code: str, value: str) -> str:
        if tag in ("020", "022"):
            return value.replace("-", "") if bare else value
        if bare:
            value = re.sub(r"\s*[/:;,=]\s*$", "", value.strip()).rstrip(".") if len(value) > 3 else value
        if tones:
            value = _OLD.sub(_onto_first, value) if _OLD.search(value) else _NEW.sub(_onto_second, value)
        if tag in ("260", "264") and code == "b" and house:
            value = (
                re.sub(r"^(?:Nxb\.?|NXB\.?|Nhà xuất bản)\s+", "", value)
                if re.match("nxb|nhà", value, re.I)
                else (
                    f"Nxb. {value}" if re.search("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữự]", value) else value
                )
            )
        if tag in ("260", "264") and code == "c" and dates:
            value = value.strip("[]. ©").removeprefix("c")
        if tag == "245" and upper:
            value = value.upper()
        return unicodedata.normalize("NFD", value) if decomposed else value

    return write


def _onto_first(found: re.Match[str]) -> str:
    first, second = found.group()
    plain, *tone = unicodedata.normalize("NFD", second)
    return unicodedata.normalize("NFC", first + "".join(tone)) + plain


def _onto_second(found: re.Match[str]) -> str:
    first, second = found.group()
    plain, *tone = unicodedata.normalize("NFD", first)
    return plain + unicodedata.normalize("NFC", second + "".join(tone))


def _write(path: Path, records: list[Record]) -> None:
    with path.open("wb") as file:
        for record in records:
            file.write(record.as_marc())


def _settings(folder: Path, libraries: dict[str, list[str]]) -> Settings:
    text = 'base = "https://data.example.vn"\npublisher.name = {vi = "A", en = "A"}\n'
    for code, files in libraries.items():
        text += f'[[libraries]]\ncode = "{code}"\nname = {{vi = "{code}", en = "{code}"}}\n'
        text += "".join(f'[[libraries.sources]]\npath = "{name}"\n' for name in files)
    path = folder / "rong.toml"
    path.write_text(text)
    return Settings.load(path)


def _instances(release: Path) -> dict[str, str]:
    with sqlite3.connect(release / "identity.sqlite") as account:
        return dict(account.execute("SELECT name, instance FROM record"))


def _doubt(release: Path, a: str, b: str) -> str:
    with sqlite3.connect(release / "identity.sqlite") as account:
        row = account.execute(
            "SELECT score, reasons, against FROM doubt WHERE a IN (?, ?) AND b IN (?, ?)", (a, b, a, b)
        )
        return str(row.fetchone())


# What contradicts, by other means than the product's


def _by_name(path: Path, library: str) -> dict[str, SourceRecord]:
    records = (decode(raw) for raw in raw_records(path))
    return {f"{library}-{r.control('001')}": r for r in records if isinstance(r, SourceRecord)}


def _check(instance: dict[str, str], records: dict[str, SourceRecord], show: int) -> None:
    clusters: dict[str, list[str]] = defaultdict(list)
    for name, of in instance.items():
        clusters[of].append(name)
    pairs = wrong = 0
    for members in clusters.values():
        for a, b in combinations(sorted(members), 2):
            pairs += 1
            if said := list(contradictions(records[a], records[b])):
                wrong += 1
                if wrong <= show:
                    print("  contradict", a, b, "; ".join(said))
    print(f"{pairs} merged pairs, {wrong} contradict: {wrong / max(pairs, 1):.2%}")


def contradictions(a: SourceRecord, b: SourceRecord) -> Iterator[str]:
    """Yield what differs between two records in title, volume, year and ISBN."""
    title_a, title_b = (fold(" ".join(r.first("245").all("ab"))) if r.first("245") else "" for r in (a, b))
    if fuzz.token_set_ratio(title_a, title_b) < 75:
        yield f"title {title_a!r} {title_b!r}"
    for what, of in (("volume", _volume), ("year", _years), ("ISBN", _isbns)):
        in_a, in_b = of(a), of(b)
        if in_a and in_b and not in_a & in_b:
            yield f"{what} {sorted(in_a)} {sorted(in_b)}"


def _volume(record: SourceRecord) -> set[str]:
    said = [value for field in record.all("245") for value in field.all("n")]
    said += [value for field in record.all("490") if not field.has("a") for value in field.all("v")]
    return {number.lstrip("0") for value in said for number in re.findall(r"\d+", value)}


def _years(record: SourceRecord) -> set[str]:
    said = (value for field in record.all("260", "264") for value in field.all("c"))
    return {year for value in said for year in re.findall(r"(?<!\d)(?:1\d|20)\d\d(?!\d)", value)}


def _isbns(record: SourceRecord) -> set[str]:
    said = (re.sub(r"[^\dX]", "", value.partition(" ")[0].upper()) for f in record.all("020") for value in f.all("a"))
    return {isbn.to_isbn13(number) for number in said if isbn.is_valid(number)}


def _line(record: SourceRecord) -> str:
    return " / ".join(field.content[2:90].replace("\x1f", "$") for field in record.all("100", "245", "260", "490"))


# Speed


def speed(shared: Path, counts: list[int]) -> None:
    """Convert as a build does, with its batches and workers; then decide; print both times."""
    for count in counts:
        with tempfile.TemporaryDirectory(dir=Path(__file__).parents[1]) as folder:
            work = Path(folder)
            _multiply(shared / "data", work / "many.mrc", count)
            book = Workbook(work / "workbook.sqlite")
            began = time.monotonic()
            _convert(_settings(work, {"lib": ["many.mrc"]}), work / "many.mrc", book)
            converted = time.monotonic()
            Resolution(book, Decisions()).run()
            decided = time.monotonic()
            merges = write_account(book, work / ACCOUNT, [])
            print(
                f"{count:>9,}: conversion {converted - began:.1f} s, identity {decided - converted:.1f} s "
                f"({(decided - converted) / count * 1e6:.0f} µs a record), peak {peak_rss_mb()} MiB, {merges}",
                flush=True,
            )


def _convert(settings: Settings, path: Path, book: Workbook) -> None:
    context = multiprocessing.get_context("forkserver")
    number = 0
    waiting: deque[Future[assembly.Batch]] = deque()

    def take() -> None:
        nonlocal number
        batch = waiting.popleft().result()
        book.add("lib", [(number + n, clue) for n, clue in enumerate(batch.clues) if clue is not None])
        number += len(batch.clues)

    with ProcessPoolExecutor(os.cpu_count(), context, initializer=assembly.start, initargs=(settings,)) as pool:
        records = iter(raw_records(path))
        while batch := list(islice(records, BATCH)):
            waiting.append(pool.submit(assembly.outcomes, batch))
            if len(waiting) > 8:
                take()
        while waiting:
            take()


def _multiply(data: Path, path: Path, count: int) -> None:
    """Write `count` records made of the real ones; each round has other numbers, titles, years and authors."""
    written = turn = 0
    with path.open("wb") as file:
        while written < count:
            for name in ("gpo", "mixed", "hcmut"):
                for raw in raw_records(data / f"{name}.mrc"):
                    record = decode(raw)
                    if not isinstance(record, SourceRecord) or written >= count:
                        continue
                    file.write(_varied(record, turn, written).as_marc())
                    written += 1
            turn += 1


def _varied(record: SourceRecord, turn: int, number: int) -> Record:
    made = _copy(record, f"{number:08}")
    if turn:
        for field in made.get_fields("245"):
            field.subfields = [
                Subfield(s.code, _turned(s.value, turn) if s.code in "ab" else s.value) for s in field.subfields
            ]
        for field in made.get_fields("020", "010", "035", "022"):
            made.remove_field(field)
        made.add_field(Field(tag="035", indicators=[" ", " "], subfields=[Subfield("a", f"(OCoLC){number + 10**9}")]))
    return made


def _turned(text: str, turn: int) -> str:
    """Return `text` with its words in another order and each with another ending: another title of the same make."""
    words = text.split()
    cut = turn % max(len(words), 1)
    return " ".join(f"{word}{chr(97 + turn % 26)}" if len(word) > 3 else word for word in words[cut:] + words[:cut])


if __name__ == "__main__":
    main()
