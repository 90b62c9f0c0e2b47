"""The file of decisions: what a librarian says is the same, or different. It always wins.

    [[same]]
    of = ["https://data.example.vn/instance/a-1", "b-77"]
    note = "The same printing; b counts the plates as pages."

    [[different]]
    of = ["a-5", "a-6"]
    work = true

A thing is named by its IRI or by the key of a record, {code}-{key}. `work = true` says it of the works and not of the
editions; so does an IRI of a work. Undoing a decision is deleting its lines.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from publisher.errors import ConfigError
from publisher.toml_model import TomlModel, read_toml


class Decision(TomlModel):
    """One decision about two things or more."""

    of: tuple[str, ...] = Field(min_length=2)
    note: str = ""
    work: bool = False


class Decisions(TomlModel):
    """All decisions, in the order of the file."""

    same: tuple[Decision, ...] = ()
    different: tuple[Decision, ...] = ()

    @classmethod
    def load(cls, path: Path | None, base: str) -> Decisions:
        """Return the decisions in `path` (none where it is None) with IRIs under `base` as the ends of their paths.

        Raises ConfigError, in one sentence, for a file that cannot be read or that contradicts itself.
        """
        if path is None:
            return cls()
        found = read_toml(path, cls)
        decisions = cls(
            same=tuple(_named(decision, base) for decision in found.same),
            different=tuple(_named(decision, base) for decision in found.different),
        )
        decisions._check(path)
        return decisions

    def _check(self, path: Path) -> None:
        for work in (False, True):
            leader: dict[str, str] = {}

            def first(name: str, leader: dict[str, str] = leader) -> str:
                while leader.get(name, name) != name:
                    name = leader[name]
                return name

            for decision in self.same:
                if decision.work == work or work:  # what is one edition is one work
                    for other in decision.of[1:]:
                        leader[first(other)] = first(decision.of[0])
            for decision in self.different:
                if decision.work == work:
                    for n, a in enumerate(decision.of):
                        for b in decision.of[n + 1 :]:
                            if first(a) == first(b):
                                raise ConfigError(
                                    f"{path} says that {a} and {b} are the same and that they are different; "
                                    "delete one of the two decisions."
                                )

    def names(self) -> frozenset[str]:
        """Return the keys ({code}-{key}) of all records that an edition's decision names."""
        return frozenset(name for decision in (*self.same, *self.different) for name in decision.of)


def _named(decision: Decision, base: str) -> Decision:
    names, work = [], decision.work
    for said in decision.of:
        path = said.removeprefix(f"{base}/")
        kind, slash, name = path.partition("/")
        if slash and path != said and kind in ("instance", "work", "record"):
            names.append(path if kind == "work" else name)
            work = work or kind == "work"
        else:
            names.append(said)
    return Decision(of=tuple(names), note=decision.note, work=work)
