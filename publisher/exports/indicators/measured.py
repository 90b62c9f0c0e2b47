"""What the indicators of a release are: their queries, asked once, when the release is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from pyoxigraph import Literal, QuerySolutions, Store

from publisher import resources
from publisher.config import Settings
from publisher.errors import ExportError
from publisher.exports.declaration import Dataset, read_dataset_declared
from publisher.exports.indicators.programme import Asked, AskedProgramme, Indicator, read_programmes
from publisher.exports.indicators.sheet import SheetRows
from publisher.exports.rows import Cell, Row, clean
from publisher.identity.iris import Iris
from publisher.rdf.codelists import codelist
from publisher.toml_model import TomlModel

SHEET = "yearly"
"""The dataset that has the sheet of the libraries, and the name of its table in SQL."""

_ANSWERS = ("year", "group", "label", "label_en", "part", "whole")
_TYPES = {"integer": "BIGINT", "number": "DOUBLE"}


class Observation(TomlModel):
    """One number. `year` is None for what is so as long as the release is in service; a `value` is never guessed."""

    key: str
    group: str = ""
    label: str = ""
    label_en: str = ""
    year: int | None = None
    part: float
    whole: float | None = None
    value: float
    target: float | None = None
    target_year: int | None = None


class Measured(TomlModel):
    """An indicator with its numbers, none where there are no data, and the query that makes them again."""

    asked: Asked
    text: str
    observations: tuple[Observation, ...]


class MeasuredProgramme(TomlModel):
    """A programme with its numbers."""

    asked: AskedProgramme
    indicators: tuple[Measured, ...]


def measure(store: Store, settings: Settings, created: datetime) -> tuple[MeasuredProgramme, ...]:
    """Return the programmes of `settings` measured on `store` and on the sheet of the libraries.

    Raises `ExportError` for a query that cannot be asked.
    """
    with duckdb.connect() as database:
        _load(database, settings, read_dataset_declared(resources.folder("exports") / SHEET))
        run = _Run(store, database, settings, created)
        return tuple(
            MeasuredProgramme(asked=each, indicators=tuple(run.measure(asked) for asked in each.asked))
            for each in read_programmes(settings, created.date())
        )


class IndicatorRows:
    """The numbers of all `programmes` as the rows of a dataset, an indicator without data with a row that says so."""

    def __init__(self, programmes: Sequence[MeasuredProgramme], dataset: Dataset, settings: Settings) -> None:
        self.warnings: Counter[str] = Counter()
        self.programmes = programmes
        self._columns = dataset.columns
        self._iris = Iris(settings.base)

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows in the order of their keys."""
        rows = [cells for each in self.programmes for one in each.indicators for cells in self._cells(each, one)]
        for cells in sorted(rows, key=lambda cells: str(cells["key"])):
            yield [cells.get(column.name) for column in self._columns]

    def _cells(self, programme: MeasuredProgramme, one: Measured) -> Iterator[dict[str, Cell]]:
        indicator = one.asked.indicator
        said: dict[str, Cell] = {
            "programme": programme.asked.name,
            "indicator": indicator.code,
            "title": indicator.title.vi,
            "title_en": indicator.title.en,
            "unit": indicator.unit,
            "query": f"{self._iris.page('indicators')}#{indicator.code}",
        }
        address = self._iris.dataset("indicators")
        if not one.observations:
            yield {**said, "key": f"{address}#{indicator.code}", "status": "no-data"}
        for seen in one.observations:
            numbers = seen.model_dump(exclude={"key", "group", "label", "label_en"})
            texts = {name: getattr(seen, name) or None for name in ("group", "label", "label_en")}
            yield {**said, **numbers, **texts, "key": f"{address}#{seen.key}", "status": "measured"}


class _Run:
    """Asks one query after another."""

    def __init__(
        self, store: Store, database: duckdb.DuckDBPyConnection, settings: Settings, created: datetime
    ) -> None:
        self._store = store
        self._database = database
        self._settings = settings
        self._created = created

    def measure(self, asked: Asked) -> Measured:
        """Return the numbers of one indicator; raises `ExportError` for a query that is none or answers twice."""
        answers = self._sparql(asked) if asked.language == "sparql" else self._sql(asked)
        text = asked.text
        if asked.language == "sql":
            address = Iris(self._settings.base).page(f"dataset/{SHEET}/{SHEET}.parquet")
            text = text.replace(f"FROM {SHEET}", f"FROM '{address}'")
        found = [seen for answer in answers if (seen := self._observation(asked.indicator, answer)) is not None]
        keys = Counter(seen.key for seen in found)
        if doubled := [key for key, times in keys.items() if times > 1]:
            raise ExportError(
                f"The query of the indicator {asked.indicator.code} answers {doubled[0]} {keys[doubled[0]]} times; "
                "group by what the answers are for."
            )
        return Measured(asked=asked, text=text, observations=tuple(sorted(found, key=_order)))

    def _sparql(self, asked: Asked) -> Iterator[dict[str, Any]]:
        where = f"The query of the indicator {asked.indicator.code}"
        try:
            solutions = self._store.query(asked.text)
        except SyntaxError as problem:
            raise ExportError(f"{where} is not SPARQL: {problem}.") from None
        if not isinstance(solutions, QuerySolutions):
            raise ExportError(f"{where} must be a SELECT.")
        names = [variable.value for variable in solutions.variables]
        _require(where, names)
        for solution in solutions:
            terms = zip(names, solution, strict=True)
            yield {
                name: clean(term.value if isinstance(term, Literal) else str(term)[1:-1])
                for name, term in terms
                if term is not None
            }

    def _sql(self, asked: Asked) -> Iterator[dict[str, Any]]:
        where = f"The SQL of the indicator {asked.indicator.code}"
        try:
            found = self._database.execute(asked.text)
            names = [column[0] for column in found.description or ()]
            rows = found.fetchall()
        except duckdb.Error as problem:
            raise ExportError(f"{where} cannot be asked: {str(problem).splitlines()[0]}.") from None
        _require(where, names)
        for row in rows:
            yield {name: cell for name, cell in zip(names, row, strict=True) if cell is not None}

    def _observation(self, indicator: Indicator, answer: dict[str, Any]) -> Observation | None:
        """Return what an answer says, None where it says nothing: no part, or no whole to be a part of."""
        try:
            part = float(answer["part"]) if "part" in answer else None
            whole = float(answer["whole"]) if "whole" in answer else None
            year = int(answer["year"]) if "year" in answer else None
        except ValueError as problem:
            raise ExportError(f"The query of the indicator {indicator.code} answers no number ({problem}).") from None
        if part is None or (indicator.unit != "count" and not whole):
            return None
        value = part if indicator.unit == "count" else part / (whole or 1) * (100 if indicator.unit == "percent" else 1)
        group = str(answer.get("group", ""))
        level = codelist("library-types").get(group)
        label = str(answer.get("label") or (level.vi if level else group))
        name = group.rstrip("/").rpartition("/")[2]
        target = self._target(indicator.code, year or self._created.year)
        return Observation(
            key="-".join(filter(None, (indicator.code, name, str(year or "")))),
            group=group,
            label=label,
            label_en=str(answer.get("label_en") or (level.en if level else label)),
            year=year,
            part=part,
            whole=whole,
            value=round(value, 4),
            target=target[1] if target else None,
            target_year=target[0] if target else None,
        )

    def _target(self, code: str, year: int) -> tuple[int, float] | None:
        """Return the next target from `year` on, with its year, or the last one; None where there is none."""
        targets = sorted(
            (each.year, each.value) for each in self._settings.indicators.targets if each.indicator == code
        )
        return next((each for each in targets if each[0] >= year), targets[-1] if targets else None)


def _order(seen: Observation) -> tuple[int, float, str]:
    return (seen.year or 0, -seen.value if seen.group else 0, seen.key)


def _require(where: str, names: Iterable[str]) -> None:
    unknown = [name for name in names if name not in _ANSWERS]
    if unknown or "part" not in names:
        raise ExportError(f"{where} answers {', '.join(names)}; it may answer {', '.join(_ANSWERS)}, and must part.")


def _load(database: duckdb.DuckDBPyConnection, settings: Settings, sheet: Dataset) -> None:
    """Make the sheet a table, which has no rows where there is no sheet."""
    fields = ", ".join(f'"{column.name}" {_TYPES.get(column.type, "VARCHAR")}' for column in sheet.columns)
    database.execute(f"CREATE TABLE {SHEET} ({fields})")
    rows = list(SheetRows(settings, sheet))
    if rows:
        places = ", ".join("?" for _ in sheet.columns)
        database.executemany(f"INSERT INTO {SHEET} VALUES ({places})", rows)  # noqa: S608 - no value is in it


def dashboard_path(folder: Path) -> Path:
    """Return where the numbers lie for the site, in the folder of the dataset of the indicators."""
    return folder / "dashboard.json"
