"""The file of decisions: what a librarian says is the same, or different. It always wins.

    [[same]]
    of = ["https://data.example.vn/instance/a-1", "b-77"]
    note = "The same printing; b counts the plates as pages."

    [[different]]
    of = ["a-5", "a-6"]
    work = true

A thing is named by its IRI or by the key of a record, {code}-{key}. `work = true` says it of the works and not of the
editions; so does an IRI of a work. Agents, concepts and places are named by their IRIs, also by those that led to
others. Undoing a decision is deleting its lines.
"""

from __future__ import annotations

from collections import defaultdict, deque
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from pydantic import Field, PrivateAttr

from publisher.errors import ConfigError
from publisher.toml_model import TomlModel, read_toml

_ENTITIES = ("agent/", "concept/", "place/")


class Decision(TomlModel):
    """One decision about two things or more."""

    of: tuple[str, ...] = Field(min_length=2)
    note: str = ""
    work: bool = False

    @property
    def about_entities(self) -> bool:
        """Whether agents, concepts or places are decided on."""
        return self.of[0].startswith(_ENTITIES)


class Decisions(TomlModel):
    """All decisions, in the order of the file."""

    same: tuple[Decision, ...] = ()
    different: tuple[Decision, ...] = ()
    _warnings: tuple[str, ...] = PrivateAttr(())

    @classmethod
    def load(cls, path: Path | None, base: str) -> Decisions:
        """Return the decisions in `path` (none where it is None) with IRIs under `base` as the ends of their paths.

        Where the file contradicts itself, nothing is joined and `warnings` says so. Raises ConfigError, in one
        sentence, for a file that cannot be read.
        """
        if path is None:
            return cls()
        found = read_toml(path, cls)
        decisions = cls(
            same=tuple(_named(decision, base) for decision in found.same),
            different=tuple(_named(decision, base) for decision in found.different),
        )
        for decision in (*decisions.same, *decisions.different):
            kinds = {name.partition("/")[0] if name.startswith(_ENTITIES) else "" for name in decision.of}
            if len(kinds) > 1:
                raise ConfigError(
                    f"{path} decides on {decision.of[0]} and {decision.of[-1]} together, which are not of one kind; "
                    "name only agents, only concepts, only places or only records in one decision."
                )
        return decisions._consistent(path, _Lines.of(path))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the file says against itself, in sentences that name its lines."""
        return self._warnings

    def _consistent(self, path: Path, lines: _Lines) -> Decisions:
        """Return the decisions without those that say the same of what others say is different.

        Of a chain that begins and ends with two things that are different, nobody knows which link is wrong: none of
        its decisions joins anything, the things that are different stay apart, and a warning names all the lines.
        """
        dropped: set[int] = set()
        warnings: list[str] = []
        for work in (False, True):
            # What is one edition is one work: a chain of works may lead over editions.
            links = [n for n, each in enumerate(self.same) if each.work == work or work]
            for m, decision in enumerate(self.different):
                # Editions of two works are two editions.
                if decision.work != work and not (decision.work and not work):
                    continue
                for a, b in combinations(dict.fromkeys(decision.of), 2):
                    if chain := _chain([(n, self.same[n].of) for n in links], a, b):
                        dropped.update(chain)
                        said = ", ".join([*(f"{lines.same[n]}" for n in chain), f"{lines.different[m]}"])
                        warnings.append(
                            f"{path}, lines {said}: {a} and {b} are said to be the same and to be different; they are "
                            "kept apart and none of these lines joins anything until one of them is deleted."
                        )
        kept = tuple(each for n, each in enumerate(self.same) if n not in dropped)
        return _with_warnings(Decisions(same=kept, different=self.different), tuple(dict.fromkeys(warnings)))

    def of_editions(self) -> Decisions:
        """Return the decisions about editions and works."""
        return _with_warnings(self._where(entities=False), self._warnings)

    def of_entities(self) -> Decisions:
        """Return the decisions about agents, concepts and places, which are named by their paths ("agent/1")."""
        return self._where(entities=True)

    def _where(self, *, entities: bool) -> Decisions:
        return Decisions(
            same=tuple(each for each in self.same if each.about_entities == entities),
            different=tuple(each for each in self.different if each.about_entities == entities),
        )

    def names(self) -> frozenset[str]:
        """Return the keys ({code}-{key}) of all records that an edition's decision names."""
        return frozenset(name for decision in (*self.same, *self.different) for name in decision.of)


def _with_warnings(decisions: Decisions, warnings: tuple[str, ...]) -> Decisions:
    decisions._warnings = warnings
    return decisions


class _Lines(NamedTuple):
    """In which lines of the file the decisions begin, in their order; 0 where they are not written as tables."""

    same: dict[int, int]
    different: dict[int, int]

    @classmethod
    def of(cls, path: Path) -> _Lines:
        found: dict[str, list[int]] = {"[[same]]": [], "[[different]]": []}
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            head = line.partition("#")[0].replace(" ", "").strip()
            if head in found:
                found[head].append(number)
        same, different = (defaultdict(int, enumerate(lines)) for lines in found.values())
        return cls(same, different)


def _chain(links: list[tuple[int, tuple[str, ...]]], a: str, b: str) -> list[int]:
    """Return the numbers of the links that lead from `a` to `b`, the fewest, in ascending order; none if none do."""
    by_name: dict[str, list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
    for link in links:
        for name in link[1]:
            by_name[name].append(link)
    came: dict[str, tuple[int, str]] = {a: (-1, "")}
    waiting = deque([a])
    while waiting and b not in came:
        name = waiting.popleft()
        for number, names in by_name[name]:
            for other in names:
                if other not in came:
                    came[other] = (number, name)
                    waiting.append(other)
    found, name = set(), b
    while name in came and name != a:
        number, name = came[name]
        found.add(number)
    return sorted(found)


def _named(decision: Decision, base: str) -> Decision:
    names, work = [], decision.work
    for said in decision.of:
        path = said.removeprefix(f"{base}/")
        kind, slash, name = path.partition("/")
        if path != said and path.startswith(_ENTITIES):
            names.append(path)
        elif slash and path != said and kind in ("instance", "work", "record"):
            names.append(path if kind == "work" else name)
            work = work or kind == "work"
        else:
            names.append(said)
    return Decision(of=tuple(names), note=decision.note, work=work)
