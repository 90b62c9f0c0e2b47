"""What is measured of a published record: which parts it has, and which of them cannot be right.

Statements are read as docs/architecture.md promises them ("The store"), all at once: to ask the store of each record
took 1.7 ms of the processor a record, more than it takes to convert one.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from stdnum import isbn as isbns
from stdnum import issn as issns

from publisher.rdf.terms import expand
from publisher.release.statements import TYPE, connect, read_statements

_FIRST_PRINTED = 868
"""The year of the oldest printed book that is dated, the Diamond Sutra."""

_NO_LANGUAGE = frozenset({"und", "zxx", "mul", "mis"})


@dataclass(frozen=True, slots=True)
class Part:
    """A part that a good record has; `weight` is how badly it is missed among the worst records."""

    name: str
    vi: str
    en: str
    weight: int
    of_instance: tuple[str, ...] = ()
    of_work: tuple[str, ...] = ()


PARTS = (
    Part("title", "nhan đề", "title", 10, ("bf:title",)),
    Part("maker", "tác giả", "author or contributor", 3, (), ("bf:contribution",)),
    Part("date", "năm xuất bản", "date of publication", 3, ("schema:datePublished",)),
    Part("publisher", "nhà xuất bản", "publisher", 2, ("schema:publisher",)),
    Part("extent", "mô tả vật lý", "extent", 1, ("bf:extent",)),
    Part("identifier", "ISBN hay ISSN", "ISBN or ISSN", 1, ("schema:isbn", "schema:issn")),
    Part("language", "ngôn ngữ", "language", 3),  # one that is known: bf:language of the work
    Part("classification", "ký hiệu phân loại", "classification", 2, (), ("bf:classification",)),
    Part("subject", "chủ đề", "subject", 2, (), ("bf:subject",)),
    Part("summary", "tóm tắt", "summary", 1, ("bf:summary", "schema:description"), ("bf:summary", "schema:abstract")),
    Part("item", "bản tài liệu", "copy", 1, ("bf:hasItem",)),
    Part("digital", "bản số", "digital copy", 0, ("schema:encoding", "bf:electronicLocator")),
)
"""The parts in the order in which reports show them; digital copies are counted and not missed."""

PROBLEMS = {
    "isbn": ("ISBN sai", "invalid ISBN", 3),
    "issn": ("ISSN sai", "invalid ISSN", 3),
    "date": ("năm xuất bản không thể có", "impossible date of publication", 4),
    "language": ("ngôn ngữ không xác định", "language undetermined", 1),
    "repair": ("đã phải sửa khi đọc", "repaired while reading", 1),
    "doubt": ("có điều chưa rõ", "something doubtful", 1),
    "key": ("số biểu ghi thiếu hay trùng", "record number missing or used twice", 2),
    "unlinked": ("tên chưa gắn với hồ sơ nào ngoài thư viện", "name not linked to any authority", 0),
    "personal": ("có dữ liệu cá nhân bị lược bỏ", "personal data was taken out", 2),
}
"""Problems: (Vietnamese, English, weight)."""


_PART_BITS = {part.name: 1 << number for number, part in enumerate(PARTS)}
_PROBLEM_BITS = {name: 1 << number for number, name in enumerate(PROBLEMS)}
_MEMORY = "500MB"
_ROWS_AT_ONCE = 10_000
_OF_WORK = ("bf:language", "bf:contribution", "bf:agent")
_LINKS = ("owl:sameAs", "skos:exactMatch", "bf:identifiedBy")
_NUMBERS = ("bf:identifiedBy", "bf:status", "rdf:value", "schema:datePublished")

# What statements say of a thing: the parts that it gives an edition (i) or a work (w), and what is wrong with it (x).
# A number that has a status is one that the record itself calls wrong, as 020 $z does.
_FACTS = """
CREATE TABLE fact AS
WITH code AS (SELECT s, regexp_extract(o, '[^/]*$') AS o FROM statement WHERE p = {language} AND lang IS NULL),
    marked AS (SELECT s FROM statement WHERE p = {status}),
    wrong AS (
        SELECT number.s, kind.bit
        FROM statement type JOIN kind ON type.o = kind.o JOIN statement number ON number.s = type.s
            ANTI JOIN marked ON marked.s = number.s
        WHERE type.p = {type} AND number.p = {value} AND number.lang IS NOT NULL AND NOT is_valid(kind.bit, number.o)
        GROUP BY number.s, kind.bit),
    linked AS (SELECT DISTINCT s FROM statement WHERE p IN ({links})),
    found AS (
        SELECT s, i, w, 0 AS x FROM statement JOIN part USING (p) WHERE NOT contains(s, '#')
        UNION ALL
        SELECT s, 0, CASE WHEN bool_or(NOT list_contains($unknown, o)) THEN $language ELSE 0 END,
            CASE WHEN bool_and(o = 'und') THEN $undetermined ELSE 0 END FROM code GROUP BY s
        UNION ALL
        SELECT s, 0, 0, $date FROM statement WHERE p = {date} AND lang IS NOT NULL
            AND TRY_CAST(regexp_extract(o, '^-?([0-9]{{4}})', 1) AS INTEGER) NOT BETWEEN $first AND $latest
        UNION ALL
        SELECT thing.s, 0, 0, wrong.bit FROM statement thing JOIN wrong ON thing.o = wrong.s
            WHERE thing.p = {identified} AND thing.lang IS NULL
        UNION ALL
        SELECT work.s, 0, 0, $unlinked FROM statement work JOIN statement agent ON agent.s = work.o
            ANTI JOIN linked ON linked.s = agent.o
            WHERE work.p = {contribution} AND work.lang IS NULL AND agent.p = {agent} AND agent.lang IS NULL)
SELECT s, bit_or(i)::INTEGER AS i, bit_or(w)::INTEGER AS w, bit_or(x)::INTEGER AS x FROM found GROUP BY s
"""
_RECORDS = """
SELECT coalesce(edition.i, 0) | coalesce(work.w, 0), coalesce(edition.x, 0) | coalesce(work.x, 0)
FROM read_csv($file, columns = {'n': 'BIGINT', 'instance': 'VARCHAR', 'work': 'VARCHAR'}, delim = '\t', quote = '',
        escape = '', header = false, auto_detect = false) AS record
    LEFT JOIN fact AS edition ON edition.s = record.instance LEFT JOIN fact AS work ON work.s = record.work
ORDER BY record.n
"""


def measured(
    records: Iterable[tuple[str, str]], statements: Path, scratch: Path, today: date
) -> Generator[tuple[set[str], list[str]], None, None]:
    """Yield for each of `records` (instance, work) the names of the parts that it has, and of its problems, in order.

    What is known of them is in the N-Triples file `statements`; `scratch` is a folder for what waits on the disk.
    Raises ExportError when the statements cannot be read, and it or OSError for a full disk.
    """
    with connect(scratch, _MEMORY) as database:
        _find(database, statements, today)
        path = scratch / "records.tsv"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(f"{number}\t{instance}\t{work}\n" for number, (instance, work) in enumerate(records))
        database.execute(_RECORDS, {"file": str(path)})
        while rows := database.fetchmany(_ROWS_AT_ONCE):
            for parts, problems in rows:
                yield set(_names(parts, _PART_BITS)), sorted(_names(problems, _PROBLEM_BITS))


def _find(database: duckdb.DuckDBPyConnection, statements: Path, today: date) -> None:
    """Make the table `fact` of what `statements` say of editions and works."""
    sides = {expand(name): [0, 0] for part in PARTS for name in (*part.of_instance, *part.of_work)}
    for part in PARTS:
        for side, names in enumerate((part.of_instance, part.of_work)):
            for name in names:
                sides[expand(name)][side] |= _PART_BITS[part.name]
    kinds = {expand("bf:Isbn"): _PROBLEM_BITS["isbn"], expand("bf:Issn"): _PROBLEM_BITS["issn"]}
    asked = [*sides, *map(expand, (*_OF_WORK, *_LINKS, *_NUMBERS))]
    numbers = read_statements(database, statements, asked, list(kinds))
    database.execute("CREATE TABLE part (p SMALLINT, i INTEGER, w INTEGER)")
    database.executemany("INSERT INTO part VALUES (?, ?, ?)", [[numbers[name], *bits] for name, bits in sides.items()])
    database.execute("CREATE TABLE kind (o VARCHAR, bit INTEGER)")
    database.executemany("INSERT INTO kind VALUES (?, ?)", [list(each) for each in kinds.items()])
    database.create_function("is_valid", _is_valid, ["INTEGER", "VARCHAR"], "BOOLEAN")
    query = _FACTS.format(
        type=numbers[TYPE],
        value=numbers[expand("rdf:value")],
        status=numbers[expand("bf:status")],
        language=numbers[expand("bf:language")],
        date=numbers[expand("schema:datePublished")],
        identified=numbers[expand("bf:identifiedBy")],
        contribution=numbers[expand("bf:contribution")],
        agent=numbers[expand("bf:agent")],
        links=", ".join(str(numbers[expand(name)]) for name in _LINKS),
    )
    values = {
        "unknown": sorted(_NO_LANGUAGE),
        "language": _PART_BITS["language"],
        "undetermined": _PROBLEM_BITS["language"],
        "date": _PROBLEM_BITS["date"],
        "unlinked": _PROBLEM_BITS["unlinked"],
        "first": _FIRST_PRINTED,
        "latest": today.year + 1,
    }
    database.execute(query, values)


def _is_valid(kind: int, number: str) -> bool:
    return bool((isbns if kind == _PROBLEM_BITS["isbn"] else issns).is_valid(number))


def _names(bits: int, known: dict[str, int]) -> Iterator[str]:
    return (name for name, bit in known.items() if bits & bit)
