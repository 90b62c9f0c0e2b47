"""What leads round in a circle: subjects each broader than the other, bodies each after the other."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator

_BROADER, _AFTER = "skos:broader", "dcterms:replaces"
DIRECTED = {
    "skos:broader": (_BROADER, False), "skos:narrower": (_BROADER, True),
    "dcterms:replaces": (_AFTER, False), "dcterms:isReplacedBy": (_AFTER, True),
}  # fmt: skip
"""Properties that have a direction: what they say, and whether from the other end."""


def circles(database: sqlite3.Connection) -> Iterator[tuple[str, list[int]]]:
    """Yield (property, clusters) of all that leads round in a circle, once the faces in `database` are placed."""
    for wanted in (_BROADER, _AFTER):
        edges: dict[int, set[int]] = defaultdict(set)
        for prop, (meaning, turned) in DIRECTED.items():
            if meaning == wanted:
                for one, other in database.execute(_EDGES, (prop,)):
                    edges[other if turned else one].add(one if turned else other)
        for members in _components(edges):
            yield wanted, members


_EDGES = """
SELECT a.cluster, b.cluster FROM related JOIN final AS a ON a.path = related.path
    JOIN final AS b ON b.path = related.other WHERE prop = ? ORDER BY 1, 2
"""


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
