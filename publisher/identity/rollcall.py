"""What an update changes in the roster: what batches bring that they did not, and what none brings any more.

Batches say what they say as a whole: one that changes is held against itself, and only the difference is entered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from publisher.identity.attendance import Attended
from publisher.identity.heading import Heading
from publisher.identity.numbering import Unamendable
from publisher.identity.roster import RELATED, VARIANT, Face, Numbered, Roster, number_of, packed

Call = tuple[Attended, Sequence[int]]
"""What a batch names, and the numbers of its records."""


class Standing(NamedTuple):
    """What is known of a face: None where there is none, and its other names."""

    face: Numbered | None
    variants: tuple[Heading, ...] = ()


class Rollcall:
    """The difference between what the batches `before` named and what those `after` name."""

    def __init__(self, roster: Roster, before: Iterable[Call], after: Iterable[Call]) -> None:
        self._roster = roster
        self._faces = Counter[Face]()
        self._said = Counter[tuple[str, int]]()
        self._words: dict[tuple[str, int], tuple[str, bytes]] = {}
        self._mentions = Counter[tuple[str, int]]()
        self._related = Counter[tuple[str, str, str]]()
        for calls, sign in ((before, -1), (after, 1)):
            for attended, numbers in calls:
                self._count(attended, numbers, sign)
        self.faces = sorted({face.path for face, times in self._faces.items() if times})
        """The faces of which something else may be known."""
        self.said = {path for (path, _), times in self._said.items() if times}
        """The faces of which records say something else, or say it more or less often."""
        self.tied: set[str] = set()
        """The faces that are tied to others than before, once the difference is entered."""
        mentions = [each for each, times in self._mentions.items() if times]
        self.records = {number for _, number in mentions}
        """The records that came, went, or name others."""
        self.mentioned = {path for path, _ in mentions}
        """The agents that those name or named."""

    def _count(self, attended: Attended, numbers: Sequence[int], sign: int) -> None:
        for face in attended.faces:
            self._faces[face] += sign
        for path, digest, label, times, text in attended.said:
            self._said[path, digest] += sign * times
            if sign > 0:
                self._words[path, digest] = label, text
        for place, path in attended.mentions:
            self._mentions[path, numbers[place]] += sign
        for tie in attended.related:
            self._related[tie] += sign

    def standing(self) -> dict[str, Standing]:
        """Return what is known now of the faces of which something else may be known."""
        return {path: Standing(self._roster.at(path), tuple(self._roster.variants_of(path))) for path in self.faces}

    def enter(self) -> None:
        """Enter the difference."""
        self._enter_faces()
        execute, many = self._roster.database.execute, self._roster.database.executemany
        for key, times in self._said.items():
            if (
                times
                and not execute(
                    "UPDATE said SET times = times + ? WHERE path = ? AND digest = ?", (times, *key)
                ).rowcount
            ):
                label, text = self._words[key]
                execute("INSERT INTO said VALUES (?,?,?,?,?)", (*key, label, times, text))
        gone = (key for key, times in self._said.items() if times < 0)
        many("DELETE FROM said WHERE path = ? AND digest = ? AND times <= 0", gone)
        gone_mentions = (key for key, times in self._mentions.items() if times < 0)
        many("DELETE FROM mention WHERE path = ? AND incoming = ?", gone_mentions)
        many("INSERT INTO mention VALUES (?,?)", (key for key, times in self._mentions.items() if times > 0))
        for tie, times in self._related.items():
            if times:
                there = self._is_tied(tie)
                execute(RELATED, (*tie, times))
                execute("DELETE FROM related WHERE path = ? AND prop = ? AND other = ? AND times <= 0", tie)
                if there != self._is_tied(tie):
                    self.tied.update((tie[0], tie[2]))
        self._roster.face.cache_clear()

    def _is_tied(self, tie: tuple[str, str, str]) -> bool:
        query = "SELECT 1 FROM related WHERE path = ? AND prop = ? AND other = ?"
        return self._roster.database.execute(query, tie).fetchone() is not None

    def _enter_faces(self) -> None:
        database = self._roster.database
        forms: dict[str, Counter[tuple[bytes, str, str, str]]] = {path: self._forms(path) for path in self.faces}
        for face, times in self._faces.items():
            if times:
                forms[face.path][packed(face.heading), face.label, face.own, face.authority] += times
                rows = ((face.path, packed(heading), times) for heading in face.variants)
                database.executemany(VARIANT, rows)
        for path in self.faces:
            database.execute("DELETE FROM variant WHERE path = ? AND times <= 0", (path,))
            self._replace(path, {form: times for form, times in forms[path].items() if times > 0})

    def _forms(self, path: str) -> Counter[tuple[bytes, str, str, str]]:
        query = "SELECT heading, label, own, authority, times FROM {table} WHERE path = ?"
        for table in ("form", "thing"):
            if rows := self._roster.database.execute(query.format(table=table), (path,)).fetchall():
                return Counter({tuple(form): times for *form, times in rows})
        return Counter()

    def _replace(self, path: str, forms: dict[tuple[bytes, str, str, str], int]) -> None:
        database = self._roster.database
        database.execute("DELETE FROM form WHERE path = ?", (path,))
        if len(forms) > 1:
            rows = ((path, *form, times) for form, times in forms.items())
            database.executemany("INSERT INTO form VALUES (?,?,?,?,?,?)", rows)
        if not forms:
            database.execute("DELETE FROM thing WHERE path = ?", (path,))
            return
        headings, labels, owns, authorities = zip(*forms, strict=True)
        said = min(owns), min(headings), min(labels), max(authorities), sum(forms.values())
        changed = "UPDATE thing SET own = ?, heading = ?, label = ?, authority = ?, times = ? WHERE path = ?"
        if database.execute(changed, (*said, path)).rowcount:
            return
        number = number_of(path, is_of_authority=bool(max(authorities)))
        if database.execute("SELECT 1 FROM thing WHERE id = ?", (number,)).fetchone():
            raise Unamendable(f"the number of {path} is taken")
        database.execute("INSERT INTO thing VALUES (?,?,?,?,?,?,?)", (number, path, *said))
