"""Which record leads an instance or a work, and what is decided of its records: entered again for some clusters."""

from __future__ import annotations

import sqlite3
from collections import Counter

from publisher.identity.preferred import settle_again
from publisher.identity.resolution import Named

_LEAD = {
    "instance": """
INSERT INTO lead_instance SELECT cluster, id, times FROM (
    SELECT instance AS cluster, record.id AS id, count(*) OVER (PARTITION BY instance) AS times,
        row_number() OVER (PARTITION BY instance ORDER BY size DESC, record.id) AS rank
    FROM instance_again CROSS JOIN place ON instance = cluster CROSS JOIN record ON record.id = place.id)
    WHERE rank = 1
""",
    "work": """
INSERT INTO lead_work SELECT cluster, id FROM (
    SELECT work AS cluster, record.id AS id,
        row_number() OVER (PARTITION BY work ORDER BY size DESC, record.id) AS rank
    FROM work_again CROSS JOIN place ON work = cluster CROSS JOIN record ON record.id = place.id) WHERE rank = 1
""",
}
_NAMED = """
SELECT named.*, i.choice, w.choice FROM named LEFT JOIN instance_titles AS i ON i.incoming = named.incoming
    LEFT JOIN work_titles AS w ON w.incoming = named.incoming WHERE named.incoming = ?
"""
_SETTLED = """
INSERT INTO named SELECT :number, library, key, instance, work, iif(incoming = :number, doubt, ''), incoming != :number,
    leads_instance AND incoming = :number, leads_work AND incoming = :number, times FROM settled WHERE id = :id
"""
_ARRIVED = """
SELECT incoming, record.id FROM {kind}_again CROSS JOIN place ON {kind} = cluster
        CROSS JOIN record ON record.id = place.id
    UNION ALL SELECT again.incoming, again.id FROM {kind}_again CROSS JOIN place ON {kind} = cluster
        CROSS JOIN again ON again.id = place.id
"""
_COUNTED = "SELECT times FROM lead_instance WHERE cluster = ?"


class Standing:
    """Enters in a workbook what is decided of the records of clusters that changed.

    `counts` is then by how much the numbers of the account have changed.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self.counts: Counter[str] = Counter()

    def run(self, changed: dict[str, set[int]], old: dict[str, set[int]]) -> dict[int, Named]:
        """Enter the records of the clusters that have `changed`; return what is decided of them otherwise than before.

        `old` are the clusters that were of what they are made of now.
        """
        database = self._database
        arrived: dict[int, int] = {}
        for kind, clusters in changed.items():
            table = f"{kind}_again"
            database.execute(f"CREATE TEMP TABLE {table} (cluster INTEGER PRIMARY KEY)")
            rows = ((cluster,) for cluster in sorted(clusters))
            database.executemany(f"INSERT INTO {table} VALUES (?)", rows)  # noqa: S608 - our own word
            arrived.update(database.execute(_ARRIVED.format(kind=kind)))
        before = {number: database.execute(_NAMED, (number,)).fetchone() for number in arrived}
        those = old["instance"] | changed["instance"]
        self._count(those, -1)
        for kind, clusters in changed.items():
            for cluster in (*old[kind], *clusters):
                database.execute(f"DELETE FROM lead_{kind} WHERE cluster = ?", (cluster,))  # noqa: S608
            database.execute(_LEAD[kind])
            settle_again(database, kind, f"{kind}_again")
        self._count(those, 1)
        found: dict[int, Named] = {}
        for number, id_ in sorted(arrived.items()):
            database.execute("DELETE FROM named WHERE incoming = ?", (number,))
            database.execute(_SETTLED, {"id": id_, "number": number})
            after = database.execute(_NAMED, (number,)).fetchone()
            if before[number] != after:
                found[number] = Named(*after)
        for kind in changed:
            database.execute(f"DROP TABLE {kind}_again")
        return found

    def _count(self, clusters: set[int], sign: int) -> None:
        for cluster in clusters:
            for (times,) in self._database.execute(_COUNTED, (cluster,)):
                self.counts["instances_of_several_records"] += sign * (times > 1)
                self.counts["records_joined"] += sign * (times - 1)
