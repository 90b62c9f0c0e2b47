"""The account of merges in a release that is being built, `identity.sqlite`: releases share it like the ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from publisher.identity.account import ACCOUNT
from publisher.release.layered import Edited, finish


class Account:
    """The account in `folder`: as it was written there, or as edits of that of the release in `before`."""

    def __init__(self, folder: Path, before: Path | None = None) -> None:
        self._edited = Edited(before / ACCOUNT, folder / ACCOUNT) if before is not None else None
        if self._edited is not None:
            self.database = self._edited.database
        else:
            self.database = sqlite3.connect(folder / ACCOUNT, isolation_level=None)

    def warn(self, texts: Iterable[str]) -> None:
        """Add warnings."""
        self.database.executemany("INSERT INTO warning VALUES (?)", ((text,) for text in texts))

    def close(self) -> None:
        """Finish it."""
        if self._edited is not None:
            self._edited.close()
        else:
            finish(self.database)

    def give_up(self) -> None:
        """Leave it as it was before."""
        if self._edited is not None:
            self._edited.give_up()
        else:
            self.database.close()
