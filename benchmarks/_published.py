"""What a release publishes, read in each of the ways in which a server reads it."""

from __future__ import annotations

import csv
from collections.abc import Iterator

import tantivy
from pyoxigraph import Store

from publisher.release.index import open_index
from publisher.release.ledger import Ledger
from publisher.release.release import Release

_LABELS = """
PREFIX bf: <http://id.loc.gov/ontologies/bibframe/>
SELECT ?i ?label { ?i a bf:Instance ; <http://www.w3.org/2000/01/rdf-schema#label> ?label }
"""


def published(release: Release) -> dict[str, str]:
    """Return the titles of a release by key; raises AssertionError where its parts do not say the same."""
    made, ledger = release.manifest, Ledger(release.ledger_path)
    store = Store.read_only(str(release.store_path))
    assert len(store) == made["triples"]
    assert sum(ledger.counts().values()) == made["records_in"] > 0
    assert made["records_in"] == made["published"] + made["withheld"] + made["rejected"]
    rows = list(ledger.rows())
    assert len({row.key for row in rows}) == len(rows), "a record is accounted for twice"
    keys = {row.instance: row.key for row in rows if row.fate == "published"}
    titles = {each.iri: each.label for each in ledger.entities("instance")}
    assert keys.keys() == titles.keys(), "the ledger publishes other editions than it has"
    assert {row[0].value: row[1].value for row in store.query(_LABELS)} == titles, "the store has something else"
    assert _in_index(release) == titles, "the index has something else"
    if release.is_complete:
        with (release.datasets_path / "editions" / "editions.csv").open(encoding="utf-8-sig", newline="") as file:
            assert {row["iri"]: row["title"] for row in csv.DictReader(file)} == titles, (
                "the dataset has something else"
            )
    return {keys[iri]: title for iri, title in titles.items()}


def _in_index(release: Release) -> dict[str, str]:
    return {each["iri"][0]: each["label"][0] for each in _documents(release) if each["kind"] == ["instance"]}


def _documents(release: Release) -> Iterator[dict[str, list[str]]]:
    searcher = open_index(release.index_path).searcher()
    for _, address in searcher.search(tantivy.Query.all_query(), limit=10_000).hits:
        yield searcher.doc(address).to_dict()


def read_everything(release: Release) -> Iterator[str]:
    """Yield all that a server reads of a release, in an order that is always the same."""
    yield from sorted(map(str, Store.read_only(str(release.store_path))))
    yield from map(repr, Ledger(release.ledger_path).rows())
    yield from sorted(map(repr, _documents(release)))
