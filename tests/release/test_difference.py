"""What an update changed is entered in the registry and the chronicle as if all of its release were looked at."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import orjson
import pytest

from publisher.identity.account import ACCOUNT
from publisher.release import difference, manifest
from publisher.release.chronicle import Chronicle
from publisher.release.ledger import EntityRow, LedgerWriter, Row
from publisher.release.registry import Registry
from publisher.release.release import Release

BASE = "https://data.example.org"
Catalogue = dict[str, tuple[str, str, int]]
"""Records by key: the names of the instance and of the work, and a digest."""


def iri(kind: str, name: str) -> str:
    return f"{BASE}/{kind}/{name}"


def drawn(chance: random.Random, catalogue: Catalogue) -> tuple[Catalogue, set[str]]:
    """Return a catalogue some records of which were added, changed, merged or deleted; and the keys of those."""
    keys = [f"a-{n}" for n in range(12)]
    given = set(chance.sample(keys, 3))
    touched = given | {key for key, (instance, work, _) in catalogue.items() if given & {instance, work}}
    made = {key: record for key, record in catalogue.items() if key not in touched}
    leading = sorted(key for key, record in made.items() if record[:2] == (key, key))
    for key in sorted(touched):
        drawn_of = chance.choice(["alone", "alone", "edition", "work", "gone"])
        lead = chance.choice([*leading, key]) if drawn_of != "alone" else key
        if drawn_of != "gone":
            made[key] = (lead if drawn_of == "edition" else key, lead, chance.randrange(1000))
    return {key: made[key] for key in sorted(made)}, touched


def keys_of(*catalogues: Catalogue) -> set[str]:
    return {key for each in catalogues for key in each}


class Releases:
    """A folder with releases that have a ledger, an account of merges and datasets, and nothing else."""

    def __init__(self, data: Path) -> None:
        self.data, self.count = data, 0
        (data / "releases").mkdir(parents=True)

    def make(self, catalogue: Catalogue, before: str, changed: tuple[set[str], set[str]] | None, of: str) -> Release:
        """Make a release with the datasets of the release `of`, its own where that is ""."""
        self.count += 1
        name = f"20261101T0000{self.count:02}Z"
        folder = self.data / "releases" / name
        (folder / "datasets" / "books").mkdir(parents=True)
        (folder / "datasets" / "whole").mkdir()
        if of:
            shutil.copytree(self.data / "releases" / of / "datasets", folder / "datasets", dirs_exist_ok=True)
        else:
            named = [iri("instance", record[0]) for record in catalogue.values() if record[2] % 3]
            (folder / "datasets" / "books" / "books.csv").write_text("\n".join(["instance", *named]))
        said = {"base": BASE, "files": {}, "datasets_of": of or name}
        (folder / manifest.NAME).write_bytes(orjson.dumps(said))
        self._ledger(folder / "ledger.sqlite", catalogue)
        self._account(folder / ACCOUNT, catalogue)
        if changed is not None:
            difference.keep(folder, before, *changed)
        return Release(folder)

    @staticmethod
    def _ledger(path: Path, catalogue: Catalogue) -> None:
        ledger, entities = LedgerWriter(path), set()
        for key, (instance, work, digest) in catalogue.items():
            about = iri("instance", instance), iri("work", work)
            entities |= {("instance", about[0]), ("work", about[1])}
            ledger.add(Row("s", 1, "a", key, "published", instance=about[0], work=about[1]), digest=digest)
        ledger.add_entities(EntityRow(each, kind, each, each, "") for kind, each in sorted(entities))
        ledger.close()

    @staticmethod
    def _account(path: Path, catalogue: Catalogue) -> None:
        with closing(sqlite3.connect(path)) as account, account:
            account.execute("CREATE TABLE record (name PRIMARY KEY, library, key, instance, work)")
            account.execute("CREATE TABLE moved (kind, name, target, PRIMARY KEY (kind, name))")
            for key, (instance, work, _) in catalogue.items():
                account.execute("INSERT INTO record VALUES (?,'a',?,?,?)", (key, key, instance, work))
                names = {record[0]: record[1] for record in catalogue.values()}
                if instance != key:
                    account.execute("INSERT INTO moved VALUES ('instance', ?, ?)", (key, instance))
                if work != key and key not in names.values():
                    account.execute("INSERT INTO moved VALUES ('work', ?, ?)", (key, work))

    def enter(self, release: Release) -> None:
        Registry(self.data).register(release)
        Chronicle(self.data).enter(release)

    def known(self) -> dict[str, object]:
        """Return all that the registry and the chronicle know, but for the moments."""
        with closing(sqlite3.connect(self.data / "registry.sqlite")) as database:
            return {table: sorted(database.execute(query)) for table, query in _TABLES.items()}


_TABLES = {
    "published": "SELECT iri, kind, first, last, withdrawn, target FROM published",
    "member": "SELECT * FROM member",
    "split": "SELECT * FROM split",
    "registered": "SELECT * FROM registered",
    "turn": "SELECT number, release FROM turn",
    "chronicle": "SELECT id, iri, first, turn, digest, deleted, sets FROM chronicle",
    "chronicle_set": "SELECT * FROM chronicle_set",
}


def course(chance: random.Random) -> Iterator[tuple[Catalogue, str, tuple[set[str], set[str]] | None]]:
    """Yield catalogues, each with what it is: a build, an edit of the one before, or that with its datasets."""
    catalogue: Catalogue = {f"a-{n}": (f"a-{n}", f"a-{n}", n) for n in range(8)}
    yield catalogue, "build", None
    for _ in range(8):
        changed, touched = drawn(chance, catalogue)
        both = [*catalogue.items(), *changed.items()]
        touched |= {key for key in keys_of(catalogue, changed) if catalogue.get(key) != changed.get(key)}
        iris = {iri(kind, name) for key, record in both if key in touched
                for kind, name in (("instance", record[0]), ("work", record[1]))}  # fmt: skip
        catalogue = changed
        yield catalogue, "edit", (iris, touched)
        if chance.random() < 0.5:
            yield catalogue, "complete", (set(), set())


@pytest.mark.parametrize("seed", range(4))
def test_looking_at_what_changed_comes_to_the_same_as_looking_at_everything(tmp_path: Path, seed: int) -> None:
    some, everything = Releases(tmp_path / "some"), Releases(tmp_path / "everything")
    before = of = ""
    for catalogue, what, changed in course(random.Random(seed)):
        of = of if what == "edit" else ""
        release = some.make(catalogue, before, changed, of)
        some.enter(release)
        everything.enter(everything.make(catalogue, before, None, of))
        assert some.known() == everything.known(), (release.id, what)
        before, of = release.id, of or release.id


def test_an_update_of_another_release_than_the_one_entered_last_is_looked_at_in_full(tmp_path: Path) -> None:
    releases = Releases(tmp_path / "data")
    first = releases.make({"a-1": ("a-1", "a-1", 1)}, "", None, "")
    second = releases.make({"a-1": ("a-1", "a-1", 1), "a-2": ("a-2", "a-2", 2)}, "", None, "")
    edited = releases.make({"a-1": ("a-1", "a-1", 1)}, first.id, (set(), set()), first.id)
    for release in (first, second, edited):
        releases.enter(release)
    gone = Registry(releases.data).lookup(iri("instance", "a-2"))
    assert gone is not None
    assert (gone.last, gone.withdrawn) == (second.id, edited.id)
    entry = Chronicle(releases.data).entry(iri("instance", "a-2"))
    assert entry is not None
    assert entry.deleted


def test_what_cannot_be_read_is_no_difference(tmp_path: Path) -> None:
    difference.keep(tmp_path, "r1", ["https://data.example.org/work/1"])
    assert difference.difference(tmp_path, "r1") is not None
    assert difference.difference(tmp_path, "r2") is None
    (tmp_path / difference.NAME).write_bytes(b'{"before": "r1"')
    assert difference.difference(tmp_path, "r1") is None
