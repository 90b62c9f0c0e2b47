"""What is counted of a finished store and ledger beside the work on its datasets, in processes of their own."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph

from publisher.quality.kept import write
from publisher.quality.report import reported
from publisher.release.ledger import Ledger
from publisher.release.release import created
from publisher.sparql.description import FILE_NAME as DESCRIPTION
from publisher.sparql.description import describe
from publisher.sparql.tallies import FILE_NAME as TALLIES
from publisher.sparql.tallies import tallied


def keep_description(folder: Path, statements: Path) -> None:
    """Keep the counts of the store of the release in `folder`, which was loaded from the file `statements`."""
    store = pyoxigraph.Store.read_only(str(folder / "store"))
    (folder / DESCRIPTION).write_bytes(describe(store, statements).to_json())
    keep_tallies(folder, folder)


def keep_tallies(release: Path, folder: Path) -> None:
    """Keep the counts that the endpoint answers from, of `release`, in the folder of the one that shall have them."""
    store = pyoxigraph.Store.read_only(str(release / "store"))
    (folder / TALLIES).write_bytes(tallied(store))


def keep_quality(release: Path, folder: Path, statements: Path) -> None:
    """Keep the quality report of `release`, whose ledger is finished, in the folder of the one that shall have it.

    What the release says is in the file `statements`.
    """
    today = created(folder.name).date()
    with TemporaryDirectory(prefix=".quality-", dir=folder) as scratch:
        write(folder, reported(folder.name, Ledger(release / "ledger.sqlite"), statements, Path(scratch), today))
