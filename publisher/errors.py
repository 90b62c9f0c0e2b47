"""The error tree: what stops a run, and what costs one record.

RongError
├── Fatal                   stops the run; the previous release stays in service
│   ├── UsageError          the command or the request is wrong (exit status 2)
│   ├── ConfigError         rong.toml: a key or a value
│   ├── SourceError         a source from which nothing can be read
│   ├── ReleaseError        a release that cannot be made, opened or activated
│   │   └── OccupiedError   not now: another process is at it
│   ├── ExportError         a dataset declaration, or a file that cannot be written
│   └── CkanError           CKAN refuses, is down, or answers nonsense
└── Skippable               costs one record, which goes to the ledger with this reason
    ├── RecordError         the record cannot be read: its structure or encoding is broken
    └── ConversionError     the record was read but nothing sensible can be made of it

Every message is one sentence for a person: it names the file, the record where there is one, and the remedy.
"""

from __future__ import annotations


class RongError(Exception):
    """The root of all errors that Rông raises on purpose."""


class Fatal(RongError):
    """Stops the run."""

    exit_status = 1


class UsageError(Fatal):
    """The command, or the request, is wrong."""

    exit_status = 2


class ConfigError(Fatal):
    """A setting is wrong."""


class SourceError(Fatal):
    """Nothing can be read from a source."""


class ReleaseError(Fatal):
    """A release cannot be made, opened or activated."""


class OccupiedError(ReleaseError):
    """Another process is at work where only one may be."""


class ExportError(Fatal):
    """A dataset cannot be declared or written."""


class CkanError(Fatal):
    """CKAN cannot be brought in step."""


class Skippable(RongError):
    """Costs one record.

    `rule` is a short stable word for the ledger and for counting ("record-truncated"); the message is for people.
    """

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule
        self.reason = reason

    def __reduce__(self) -> tuple[type[Skippable], tuple[str, str]]:
        return type(self), (self.rule, self.reason)


class RecordError(Skippable):
    """A record cannot be read."""


class ConversionError(Skippable):
    """A record was read, but nothing sensible can be made of it."""
