"""What the site shows of the indicators, written when the release is made: numbers, charts and queries."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from publisher.config import Settings
from publisher.exports.indicators.charts import bars
from publisher.exports.indicators.measured import Measured, MeasuredProgramme, dashboard_path


def write_dashboard(folder: Path, programmes: Sequence[MeasuredProgramme], settings: Settings) -> None:
    """Write what was measured into `folder`."""
    content = [
        {
            "name": each.asked.name,
            **each.asked.programme.model_dump(mode="json", include={"title", "source", "valid_from", "report"}),
            "indicators": [_indicator(one, settings) for one in each.indicators],
        }
        for each in programmes
    ]
    dashboard_path(folder).write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))


def read_dashboard(folder: Path) -> list[dict[str, Any]] | None:
    """Return what `write_dashboard` wrote into `folder`, None where it wrote nothing."""
    try:
        content: list[dict[str, Any]] = orjson.loads(dashboard_path(folder).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return content


def _indicator(one: Measured, settings: Settings) -> dict[str, Any]:
    indicator = one.asked.indicator
    shown = [seen for seen in one.observations if seen.value or indicator.shown == "all"]
    return {
        **indicator.model_dump(mode="json", include={"code", "title", "meaning", "unit"}),
        "language": one.asked.language,
        "query": one.text,
        "targets": [
            each.model_dump(mode="json") for each in settings.indicators.targets if each.indicator == indicator.code
        ],
        "observations": [seen.model_dump() for seen in shown],
        "nought": len(one.observations) - len(shown),
        "charts": {
            language: bars(indicator.title.in_language(language), indicator.unit, shown, language)
            for language in ("vi", "en")
        },
    }
