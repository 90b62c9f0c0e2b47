"""The log of the server as lines of JSON: what happened and where, and nothing of who asked or what for."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

import orjson

FIELDS = "rong_fields"
"""The attribute of a log record whose fields go into its line."""


class JsonLines(logging.Formatter):
    """Writes one line of JSON a record: `time` (UTC), `level`, `logger`, `message`, and the fields of the record."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, FIELDS, {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        text = orjson.dumps(line, option=orjson.OPT_NON_STR_KEYS, default=str)
        return text.decode()


def lines_of_json() -> None:
    """Let this process log in lines of JSON on standard error: requests, and warnings of everything else."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("rong.requests").setLevel(logging.INFO)
