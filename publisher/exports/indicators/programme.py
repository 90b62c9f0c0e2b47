"""A programme of indicators as it is declared: a plan, or the table of a report. What is counted is data, not code.

`exports/indicators/*.toml` are the programmes that every release measures; `indicators.programmes` in rong.toml names
others in their place. Targets are in rong.toml, for they are each province's own.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from publisher import resources
from publisher.config import Bilingual, Settings
from publisher.config.values import Text
from publisher.errors import ExportError
from publisher.toml_model import TomlModel, read_toml, shaped

Unit = Literal["count", "percent", "ratio"]
Code = Annotated[str, shaped(r"[a-z][a-z0-9-]{1,59}", 'lower-case letters, digits and -, like "shared-records"')]
MonthDay = Annotated[
    str,
    shaped(
        r"(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[469]|11)-30|(0[13578]|1[02])-3[01]",
        'a month and a day, like "11-30"',
    ),
]
_DECLARATION = "dataset.toml"


class Indicator(TomlModel):
    """What is counted, by a `query` (SPARQL, a file beside the programme) or by `sql` on the sheet of the libraries.

    Either answers `part`, and where they apply `whole`, `year`, `group`, `label` and `label_en`. The value is the part,
    or for `percent` and `ratio` the part of the whole. `shown` says which rows the page shows: all, or those that are
    not nought.
    """

    code: Code
    title: Bilingual
    meaning: Bilingual
    unit: Unit = "count"
    query: Text | None = None
    sql: Text | None = None
    shown: Literal["all", "some"] = "all"


class Programme(TomlModel):
    """Indicators that belong together, with the decision that asks for them, since when, and the day of the report."""

    title: Bilingual
    source: Bilingual
    valid_from: date | None = None
    valid_to: date | None = None
    report: MonthDay | None = None
    indicators: tuple[Indicator, ...] = Field(min_length=1)


class Asked(TomlModel):
    """An indicator with the text of its query, and whether that is SPARQL or SQL."""

    indicator: Indicator
    language: Literal["sparql", "sql"]
    text: str


class AskedProgramme(TomlModel):
    """A programme whose queries have been read."""

    name: str
    programme: Programme
    asked: tuple[Asked, ...]


def read_programmes(settings: Settings, day: date) -> tuple[AskedProgramme, ...]:
    """Return the programmes that are in force on `day`; raises `ExportError` for one that is wrong.

    A code names one indicator, in whichever programme.
    """
    folder = resources.folder("exports") / "indicators"
    paths = settings.indicators.programmes or tuple(
        path for path in sorted(folder.glob("*.toml")) if path.name != _DECLARATION
    )
    found = [_asked(path, folder) for path in paths]
    seen: dict[str, str] = {}
    for each in found:
        for asked in each.asked:
            code = asked.indicator.code
            if code in seen:
                raise ExportError(f"{each.name}.toml: the indicator {code} is in {seen[code]}.toml too; name it anew.")
            seen[code] = each.name
    for target in settings.indicators.targets:
        if target.indicator not in seen:
            raise ExportError(
                f"rong.toml: indicators.targets has {target.indicator}, which no programme has; "
                f"there are {', '.join(sorted(seen))}."
            )
    return tuple(each for each in found if _in_force(each.programme, day))


def _in_force(programme: Programme, day: date) -> bool:
    return (programme.valid_from or day) <= day <= (programme.valid_to or day)


def _asked(path: Path, folder: Path) -> AskedProgramme:
    programme = read_toml(path, Programme, ExportError)
    asked = []
    for each in programme.indicators:
        if (each.query is None) == (each.sql is None):
            raise ExportError(f"{path}: the indicator {each.code} has to have one of query and sql.")
        if each.sql is not None:
            asked.append(Asked(indicator=each, language="sql", text=each.sql.strip()))
        else:
            asked.append(Asked(indicator=each, language="sparql", text=_query(each.query or "", path, folder)))
    return AskedProgramme(name=path.stem, programme=programme, asked=tuple(asked))


def _query(name: str, path: Path, folder: Path) -> str:
    """Return the text of the query `name`: that beside the programme, or else ours."""
    beside = path.parent / name
    query = beside if beside.is_file() else folder / name
    try:
        return query.read_text("utf-8").strip()
    except OSError as problem:
        raise ExportError(f"{query}: the query cannot be read ({problem.strerror}).") from None
