"""What is wrong with a declared dataset, said before anything is published: its declaration, its rows, its cells."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Store

from publisher.config import Settings
from publisher.errors import ExportError
from publisher.exports.ckan.portal import Portal
from publisher.exports.ckan.terms import missing
from publisher.exports.declaration import Dataset, read_dataset_declared
from publisher.exports.rows import Cell
from publisher.exports.statements import Statements
from publisher.exports.tables import Origin, rows_of
from publisher.exports.writers import FORMULA_STARTS
from publisher.exports.xlsx import EXCEL_CELL, EXCEL_ROWS, LIST_SEPARATOR
from publisher.rdf.terms import expand
from publisher.release.release import Release
from publisher.release.statements import connect, statements_of

LONG_CELL = 300_000
"""Characters from which on a cell is more likely a mistake than a value."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a dataset; a problem keeps it from being published as it should be, a note does not."""

    dataset: str
    is_problem: bool
    text: str

    def __str__(self) -> str:
        return f"{'PROBLEM' if self.is_problem else 'note':<7} {self.dataset}: {self.text}"


def check_dataset(folder: Path, release: Release | None) -> list[Finding]:
    """Return what is to be said of the dataset declared in `folder`, tried on `release` where there is one."""
    try:
        dataset = read_dataset_declared(folder)
    except ExportError as problem:
        return [Finding(folder.name, True, sentence) for sentence in str(problem).splitlines()]
    if release is None:
        return [Finding(dataset.name, False, "the declaration is right; its rows were not tried, there is no release")]
    if dataset.declaration.generator in ("graph", "sheet", "changes"):
        return [Finding(dataset.name, False, "the declaration is right")]
    try:
        return list(_try(dataset, release))
    except ExportError as problem:
        return [Finding(dataset.name, True, str(problem))]


def check_portal(settings: Settings, folders: Iterable[Path], portal: Portal) -> list[Finding]:
    """Return what the CKAN `portal` would not take of the datasets declared in `folders`: licences and groups.

    CKAN accepts a licence that it does not know and drops a group that does not exist, both without a word. Raises
    `CkanError` when it cannot be asked.
    """
    findings = []
    for folder in folders:
        try:
            declared = read_dataset_declared(folder).declaration
        except ExportError:
            continue  # said already
        licence = declared.licence or settings.licence
        own = settings.ckan.licence_id if settings.ckan and not declared.licence else None
        wanted = [own or licence.id] if licence else []
        findings += [Finding(folder.name, True, problem) for problem in missing(portal, wanted, declared.groups)]
    return findings


def _try(dataset: Dataset, release: Release) -> Iterator[Finding]:
    """Make the rows and look at them; nothing is written that stays."""
    seen = _Seen(dataset)
    with tempfile.TemporaryDirectory(prefix="rong-check-") as name, connect(Path(name)) as database:
        store = Store.read_only(str(release.store_path))
        by_paths = [dataset] if dataset.declaration.generator == "paths" else []
        table = Statements(database, statements_of(release, Path(name)), by_paths) if by_paths else None
        settings = Settings.default(str(release.manifest["base"]))
        rows = rows_of(Origin(store, None, release.ledger_path), table, dataset, release.created, settings)
        for row in rows:
            seen.add(row)
        declared = dataset.declaration.rows
        if declared is not None and seen.is_empty and not _has_any(store, declared.cls):
            yield Finding(dataset.name, True, f"there is nothing of the class {declared.cls} in the active release")
            return
        yield from seen.findings()
    for text, times in sorted(rows.warnings.items()):
        yield Finding(dataset.name, False, f"{text} ({times:,} times)")


def _has_any(store: Store, cls: str) -> bool:
    """Return whether anything in `store` is of the class `cls`, a CURIE."""
    found = store.quads_for_pattern(None, NamedNode(expand("rdf:type")), NamedNode(expand(cls)))
    return any(True for _ in found)


def check_titles(folders: Iterable[Path]) -> list[Finding]:
    """Return what is to be said of the datasets declared in `folders` that are called alike: a copied folder."""
    called: dict[str, list[str]] = {}
    for folder in folders:
        try:
            title = read_dataset_declared(folder).declaration.title
        except ExportError:
            continue  # said already
        for text in dict.fromkeys((title.vi, title.en)):
            called.setdefault(text, []).append(folder.name)
    return [
        Finding(name, True, f'its title "{text}" is also that of {names[name == names[0]]}; give it one of its own')
        for text, names in called.items()
        for name in names
        if len(names) > 1
    ]


class _Seen:
    """Counts what is seen in the rows of `dataset`."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._rows = 0
        self._keys: set[int] = set()
        self._doubled = ""
        self._filled: Counter[str] = Counter()
        self._formulas: Counter[str] = Counter()
        self._longest: Counter[str] = Counter()

    def add(self, row: list[Cell]) -> None:
        self._rows += 1
        key = hash(row[0])
        if key in self._keys and not self._doubled:
            self._doubled = str(row[0])
        self._keys.add(key)
        for column, cell in zip(self._dataset.columns, row, strict=True):
            if cell in (None, [], ""):
                continue
            self._filled[column.name] += 1
            if isinstance(cell, str | list):
                text = cell if isinstance(cell, str) else LIST_SEPARATOR.join(cell)
                self._formulas[column.name] += text.startswith(FORMULA_STARTS)
                self._longest[column.name] = max(self._longest[column.name], len(text))

    @property
    def is_empty(self) -> bool:
        """Whether there was no row."""
        return not self._rows

    def findings(self) -> Iterator[Finding]:
        name = self._dataset.name
        if not self._rows:
            yield Finding(name, True, "it finds no row in the active release; look at its conditions, or at its query")
            return
        yield Finding(name, False, f"{self._rows:,} rows, {len(self._dataset.columns)} columns")
        if self._doubled:
            yield Finding(name, True, f"the row {self._doubled} is there more than once; a key stands for one row")
        if self._rows > EXCEL_ROWS and "xlsx" in self._dataset.declaration.formats:
            yield Finding(name, False, f"Excel takes {EXCEL_ROWS:,} rows a sheet; the workbook has several sheets")
        for column in self._dataset.columns:
            for is_problem, text in self._said_of(column.name):
                yield Finding(name, is_problem, f"the column {column.name} {text}")

    def _said_of(self, column: str) -> Iterator[tuple[bool, str]]:
        longest, formulas = self._longest[column], self._formulas[column]
        if not self._filled[column]:
            yield False, "is empty in all rows; look at its path"
        if longest >= LONG_CELL:
            yield True, f"has a cell of {longest:,} characters; that is no value"
        elif longest > EXCEL_CELL:
            yield False, "has a cell that is cut in the workbook"
        if formulas:
            yield False, f"begins like a formula in {formulas:,} rows; in CSV those cells get an apostrophe"
