"""What leads round in a circle: subjects each broader than the other, bodies each after the other.

The table `circle` has the clusters of each; `leader` is the smallest of them.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator

from publisher.identity.numbering import Unamendable

_BROADER, _AFTER = "skos:broader", "dcterms:replaces"
DIRECTED = {
    "skos:broader": (_BROADER, False), "skos:narrower": (_BROADER, True),
    "dcterms:replaces": (_AFTER, False), "dcterms:isReplacedBy": (_AFTER, True),
}  # fmt: skip
"""Properties that have a direction: what they say, and whether from the other end."""

_SCHEMA = """
CREATE TABLE circle (cluster INTEGER, prop TEXT, leader INTEGER, PRIMARY KEY (cluster, prop)) WITHOUT ROWID
"""
_EDGES = """
SELECT a.cluster, b.cluster FROM related JOIN final AS a ON a.path = related.path
    JOIN final AS b ON b.path = related.other WHERE prop = ?
"""
_EDGES_FROM = """
SELECT prop, there.cluster, 0 FROM final AS here JOIN related ON related.path = here.path
    JOIN final AS there ON there.path = related.other WHERE here.cluster = :cluster
UNION ALL SELECT prop, there.cluster, 1 FROM final AS here JOIN related ON related.other = here.path
    JOIN final AS there ON there.path = related.path WHERE here.cluster = :cluster
"""
_NAMES = """
SELECT DISTINCT final.name FROM circle JOIN final ON final.cluster = circle.cluster WHERE prop = ? AND leader = ?
"""
_MOST = 20_000
"""Clusters on the ways from what changed, before a build of all finds the circles sooner."""


class Circles:
    """The circles among the clusters of faces in `database`, once those are placed."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._within: set[int] | None = None

    def find(self) -> None:
        """Find all."""
        self._database.execute(_SCHEMA)
        for wanted in (_BROADER, _AFTER):
            edges: dict[int, set[int]] = defaultdict(set)
            for prop, (meaning, turned) in DIRECTED.items():
                if meaning == wanted:
                    for one, other in self._database.execute(_EDGES, (prop,)):
                        edges[other if turned else one].add(one if turned else other)
            self._enter(wanted, edges)
        self._database.execute("CREATE INDEX circle_leader ON circle (prop, leader)")
        self._within = {cluster for (cluster,) in self._database.execute("SELECT cluster FROM circle")}

    def find_again(self, gone: Iterable[int], changed: Iterable[int]) -> set[int]:
        """Find those that may be others, when clusters are `gone` and the ties of others, or they, have `changed`.

        Returns the clusters that were or are in a circle which may be another now.
        """
        database, lost = self._database, set(gone)
        touched: set[int] = set()
        for cluster in (lost_or_changed := lost | set(changed)):
            for prop, leader in database.execute("SELECT prop, leader FROM circle WHERE cluster = ?", (cluster,)):
                query = "SELECT cluster FROM circle WHERE prop = ? AND leader = ?"
                touched.update(each for (each,) in database.execute(query, (prop, leader)))
        database.executemany("DELETE FROM circle WHERE cluster = ?", ((cluster,) for cluster in touched))
        starts = (lost_or_changed | touched) - lost
        for wanted in (_BROADER, _AFTER):
            touched |= self._enter(wanted, self._reachable(wanted, starts))
        return touched

    def _reachable(self, wanted: str, starts: set[int]) -> dict[int, set[int]]:
        edges: dict[int, set[int]] = {}
        waiting = list(starts)
        while waiting:
            cluster = waiting.pop()
            if cluster in edges:
                continue
            edges[cluster] = set()
            if len(edges) > _MOST:
                raise Unamendable("ties of very many agents and concepts have to be looked at")
            for prop, other, from_there in self._database.execute(_EDGES_FROM, {"cluster": cluster}):
                meaning, turned = DIRECTED.get(prop, ("", False))
                if meaning == wanted and turned == bool(from_there):
                    edges[cluster].add(other)
            waiting += edges[cluster]
        return edges

    def _enter(self, prop: str, edges: dict[int, set[int]]) -> set[int]:
        found: set[int] = set()
        for members in _components(edges):
            rows = ((cluster, prop, members[0]) for cluster in members)
            self._database.executemany("INSERT OR REPLACE INTO circle VALUES (?,?,?)", rows)
            found.update(members)
        return found

    def of(self, cluster: int) -> list[frozenset[str]]:
        """Return for each circle in which a cluster is the names of all that are."""
        if self._within is not None and cluster not in self._within:
            return []
        query = "SELECT prop, leader FROM circle WHERE cluster = ? ORDER BY prop"
        found = self._database.execute(query, (cluster,)).fetchall()
        return [frozenset(name for (name,) in self._database.execute(_NAMES, each)) for each in found]

    def warnings(self) -> Iterator[str]:
        """Yield what a librarian should know of each circle."""
        query = """SELECT prop, leader, label FROM circle JOIN thing ON thing.id = cluster
            ORDER BY prop DESC, leader, cluster"""
        labels: dict[tuple[str, int], list[str]] = defaultdict(list)
        for prop, leader, label in self._database.execute(query):
            labels[prop, leader].append(label)
        for (prop, _), some in labels.items():
            words = "is broader than itself" if prop == _BROADER else "came after itself"
            yield f"{' → '.join(some[:10])} {words}: authority records lead in a circle."


def _components(edges: dict[int, set[int]]) -> Iterator[list[int]]:
    """Yield the strongly connected components that have an edge inside (Tarjan 1972, without recursion)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    open_ones: list[int] = []
    is_open: set[int] = set()
    for root in sorted(edges):
        if root in index:
            continue
        work = [(root, iter(sorted(edges[root])))]
        index[root] = low[root] = len(index)
        open_ones.append(root)
        is_open.add(root)
        while work:
            node, others = work[-1]
            for other in others:
                if other not in index:
                    index[other] = low[other] = len(index)
                    open_ones.append(other)
                    is_open.add(other)
                    work.append((other, iter(sorted(edges.get(other, ())))))
                    break
                if other in is_open:
                    low[node] = min(low[node], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    members = [open_ones.pop()]
                    while members[-1] != node:
                        members.append(open_ones.pop())
                    members.sort()
                    is_open.difference_update(members)
                    if len(members) > 1 or node in edges.get(node, ()):
                        yield members
