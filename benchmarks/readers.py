"""Every file of every table of the example, read by readers that are not ours, cell by cell.

    .venv/bin/python -m benchmarks readers

examples/kontum is published with a made-up sheet of yearly figures. The rows of a dataset in JSON Lines are what the
others are compared with: the CSV file by Python's csv, by frictionless through the Data Package, by csvw through CSV on
the Web; the workbook by openpyxl; Parquet by pyarrow, and by mlcroissant through Croissant. The gate does the same with
the tables that have taught us something; all of them take minutes.
"""

from __future__ import annotations

import csv
import gzip
import logging
import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import frictionless
import mlcroissant
import openpyxl
import orjson
import pyarrow.parquet
from csvw import CSVW

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.export_ckan import published
from publisher.exports.files import DatasetFiles

Cells = list[Any]
SEPARATOR = " | "


def in_csv(folder: Path, dataset: DatasetFiles) -> Iterable[Cells]:
    with (folder / f"{dataset.name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        yield from ([*row.values()] for row in csv.DictReader(stream))


def in_data_package(folder: Path, dataset: DatasetFiles) -> Iterable[Cells]:
    package = frictionless.Package(str(folder / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])
    with package.resources[0] as resource:
        yield from ([*row.values()] for row in resource.row_stream)


def in_csvw(folder: Path, dataset: DatasetFiles) -> Iterable[Cells]:
    table = CSVW(str(folder / f"{dataset.name}.csv-metadata.json"))
    assert table.is_valid
    yield from ([*row.values()] for row in table.tables[0])


def in_workbook(folder: Path, dataset: DatasetFiles) -> Iterable[Cells]:
    book = openpyxl.load_workbook(folder / f"{dataset.name}.xlsx", read_only=True)
    rows = book["data"].iter_rows(values_only=True)
    next(rows)
    yield from ([*row] for row in rows)


def in_parquet(folder: Path, dataset: DatasetFiles) -> Iterable[Cells]:
    table = pyarrow.parquet.read_table(folder / f"{dataset.name}.parquet")
    yield from ([*row.values()] for row in table.to_pylist())


def in_croissant(folder: Path, dataset: DatasetFiles) -> Iterable[Cells]:
    mapping = {"parquet": str(folder / f"{dataset.name}.parquet")}
    description = mlcroissant.Dataset(str(folder / "croissant.json"), mapping=mapping)
    assert not description.metadata.ctx.issues.errors, description.metadata.ctx.issues.errors
    yield from ([*row.values()] for row in description.records(dataset.name))


READERS: dict[str, Callable[[Path, DatasetFiles], Iterable[Cells]]] = {
    "CSV": in_csv,
    "Data Package": in_data_package,
    "CSVW": in_csvw,
    "XLSX": in_workbook,
    "Parquet": in_parquet,
    "Croissant": in_croissant,
}


def plain(cell: Any, *, is_number: bool = False) -> str:
    """Return a cell as it stands in CSV, whatever a reader makes of it; the apostrophe before a formula is no part.

    >>> plain(["a", "b"]), plain(b"a"), plain(float("nan")), plain("'=1+1"), plain("108.0", is_number=True)
    ('a | b', 'a', '', '=1+1', '108')
    """
    if cell is None or (isinstance(cell, float) and math.isnan(cell)) or str(cell) == "NaT":
        return ""
    if isinstance(cell, bytes):
        return cell.decode()
    if hasattr(cell, "unsplit"):  # an address, by csvw
        return str(cell.unsplit())
    if isinstance(cell, (list, tuple)) or type(cell).__name__ == "ndarray":
        return SEPARATOR.join(map(plain, cell))
    if hasattr(cell, "isoformat"):
        return str(cell.isoformat()[:10])
    text = str(cell)
    if is_number and text:
        return format(float(text), ".15g")
    return text[1:] if text[:1] == "'" and text[1:].startswith(("=", "+", "-", "@")) else text


def differences(folder: Path, dataset: DatasetFiles, reader: Callable[..., Iterable[Cells]]) -> list[str]:
    """Return how what `reader` reads is not what JSON Lines say."""
    columns = dataset.dataset.columns
    numbers = [column.values == "count" or column.type in ("integer", "number") for column in columns]

    def all_plain(row: Iterable[Any]) -> list[str]:
        return [plain(cell, is_number=number) for cell, number in zip(row, numbers, strict=True)]

    with gzip.open(folder / f"{dataset.name}.jsonl.gz") as stream:
        expected = [all_plain(orjson.loads(line).values()) for line in stream]
    found = [all_plain(row) for row in reader(folder, dataset)]
    if len(found) != len(expected):
        return [f"{len(found)} rows, not {len(expected)}"]
    return [
        f"{column.name}: {is_there!r}, not {wanted!r}"
        for there, row in zip(found, expected, strict=True)
        for column, is_there, wanted in zip(columns, there, row, strict=True)
        if is_there != wanted
    ]


def main() -> int:
    """Print a table in Markdown; return 1 if anything differs."""
    logging.disable(logging.WARNING)
    status, cells = 0, 0
    with tempfile.TemporaryDirectory(prefix="rong-readers-") as name:
        _, path, datasets = published(Path(name))
        tables = [each for each in datasets if each.file("csv") is not None]
        print(
            f"| dataset | rows | cells | {' | '.join(READERS)} | seconds |\n|---|---:|---:|{'---|' * len(READERS)}---:|"
        )
        for dataset in tables:
            began, said = time.monotonic(), []
            for reader in READERS.values():
                wrong = differences(path / dataset.name, dataset, reader)
                status = status or int(bool(wrong))
                said.append(f"{len(wrong)} differ: {wrong[0]}" if wrong else "same")
            of = dataset.rows * len(dataset.dataset.columns)
            cells += of
            seconds = time.monotonic() - began
            print(f"| {dataset.name} | {dataset.rows} | {of} | {' | '.join(said)} | {seconds:.1f} |", flush=True)
        rows = sum(each.rows for each in tables)
        print(f"\n{len(tables)} tables, {rows} rows, {cells} cells, each read by {len(READERS)} readers")
    return status


if __name__ == "__main__":
    sys.exit(main())
