"""The report as it is kept in its release: measured once when the release is made, read as often as anyone asks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from publisher.quality.report import Quality, compared
from publisher.release.release import Release

NAME = "quality.json"
_REMEMBERED = 8
"""Earlier releases that a trend goes back to."""


def write(folder: Path, quality: Quality) -> None:
    """Keep the report in the folder of a release that is being made."""
    (folder / NAME).write_bytes(orjson.dumps(quality.as_json()))


def kept(release: Release) -> dict[str, Any] | None:
    """Return the report that a release keeps, None when it was made before reports were kept."""
    return _read(release.path)


def earlier(release: Release) -> list[dict[str, Any]]:
    """Return the reports of the releases before `release` that are still there, the oldest first."""
    before = sorted(path for path in release.path.parent.iterdir() if path.name < release.id)
    found = [report for path in before[-_REMEMBERED:] if (report := _read(path)) is not None]
    return found


def trend(report: dict[str, Any], history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return how each source differs from the latest release before, nothing without one."""
    return compared(report, history[-1]) if history else []


def course(reports: list[dict[str, Any]]) -> dict[tuple[str, str], list[float]]:
    """Return how complete each source (library, source) was in each of `reports`, without those that lack it.

    >>> old = {"sources": [], "total": {"library": "", "source": "", "completeness": 0.25}}
    >>> course([old, old | {"total": old["total"] | {"completeness": 0.5}}])
    {('', ''): [0.25, 0.5]}
    """
    found: dict[tuple[str, str], list[float]] = {}
    for report in reports:
        for each in [*report["sources"], report["total"]]:
            found.setdefault((each["library"], each["source"]), []).append(each["completeness"])
    return found


def _read(folder: Path) -> dict[str, Any] | None:
    try:
        content: dict[str, Any] = orjson.loads((folder / NAME).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return content
