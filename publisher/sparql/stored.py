"""The stored queries: `sparql/*.rq`, each with a head of comments that says what it answers.

# level: 1                      1 first steps, 2 a librarian's questions, 3 an analyst's
# title-vi: …                   # title-en: …
# note-vi: …                    # note-en: …
# chart: bar                    bar, line or map: how the rows may be drawn (optional)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from publisher import resources
from publisher.errors import ConfigError

_HEAD = re.compile(r"#\s*([a-z]+(?:-[a-z]+)?):\s*(.*\S)\s*")
_NEEDED = ("level", "title-vi", "title-en", "note-vi", "note-en")
_CHARTS = ("", "bar", "line", "map")


@dataclass(frozen=True)
class StoredQuery:
    """A query with its name (the file's), level, titles and notes by language, and how to draw its rows."""

    name: str
    level: int
    titles: dict[str, str]
    notes: dict[str, str]
    chart: str
    text: str
    """The query without the head, as it is shown and run."""


@cache
def stored_queries(folder: Path | None = None) -> dict[str, StoredQuery]:
    """Return the stored queries by name, in the order of level and file name. Raises ConfigError."""
    paths = sorted((folder or resources.folder("sparql")).glob("*.rq"))
    found = sorted((_read(path) for path in paths), key=lambda query: (query.level, query.name))
    return {query.name: query for query in found}


def _read(path: Path) -> StoredQuery:
    head: dict[str, str] = {}
    lines = path.read_text(encoding="utf-8").splitlines()
    while lines and (not lines[0].strip() or lines[0].startswith("#")):
        if match := _HEAD.fullmatch(lines.pop(0)):
            head[match[1]] = match[2]
    missing = [name for name in _NEEDED if name not in head]
    if missing:
        raise ConfigError(f"{path}: the head lacks {', '.join(missing)}; see publisher/sparql/stored.py for its form.")
    if head["level"] not in "123" or head.get("chart", "") not in _CHARTS:
        raise ConfigError(f"{path}: level must be 1, 2 or 3, and chart one of bar, line, map.")
    return StoredQuery(
        name=path.stem,
        level=int(head["level"]),
        titles={"vi": head["title-vi"], "en": head["title-en"]},
        notes={"vi": head["note-vi"], "en": head["note-en"]},
        chart=head.get("chart", ""),
        text="\n".join(lines).strip() + "\n",
    )
