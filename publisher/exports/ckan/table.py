"""A CSV file into the DataStore: typed columns, the data dictionary, the rows in batches."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from publisher.exports.ckan.desired import WantedTable
from publisher.exports.ckan.portal import Portal, Unsure
from publisher.exports.writers import FORMULA_STARTS

ROWS_AT_ONCE = 5_000
CHARACTERS_AT_ONCE = 4_000_000
_NUMBERS: dict[str, type[int] | type[float]] = {"int8": int, "float8": float}


def load_table(portal: Portal, resource: str, wanted: WantedTable, path: Path) -> None:
    """Replace the table of `resource` by the rows of the CSV file `path`.

    The table is made anew each time, so a load that was interrupted leaves nothing behind. Raises `Unsure` when fewer
    or more rows arrived than were sent.
    """
    if portal.read("datastore_info", id=resource) is not None:
        portal.write("datastore_delete", resource_id=resource, force=True)
    portal.write(
        "datastore_create",
        resource_id=resource,
        fields=wanted.fields,
        primary_key=[wanted.fields[0]["id"]],
        force=True,
    )
    for batch in _batches(path, wanted):
        portal.write("datastore_upsert", resource_id=resource, records=batch, method="insert", force=True)
    rows = count_rows(portal, resource)
    if rows != wanted.rows:
        raise Unsure(f"{portal.url}: the table of {path.name} has {rows} rows, but {wanted.rows} were sent.")


def count_rows(portal: Portal, resource: str) -> int:
    """Return how many rows the table of `resource` has, 0 if there is none."""
    answer = portal.read("datastore_search", resource_id=resource, limit=0, include_total=True)
    return int(answer["total"]) if answer else 0


def _batches(path: Path, wanted: WantedTable) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    characters = 0
    kinds = {field["id"]: field["type"] for field in wanted.fields}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            batch.append({name: _value(cell, kinds[name]) for name, cell in row.items()})
            characters += sum(map(len, row.values()))
            if len(batch) >= ROWS_AT_ONCE or characters >= CHARACTERS_AT_ONCE:
                yield batch
                batch, characters = [], 0
    if batch:
        yield batch


def _value(cell: str, kind: str) -> str | int | float | None:
    """Return a cell of our CSV in its type, without the apostrophe that keeps a spreadsheet from running it."""
    if not cell:
        return None
    if kind in _NUMBERS:
        return _NUMBERS[kind](cell)
    return cell[1:] if cell[0] == "'" and cell[1:].startswith(FORMULA_STARTS) else cell
