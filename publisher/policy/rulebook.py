"""The rule book: `policy.toml` as it is written, checked, with the laws that its rules come from."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from publisher import resources
from publisher.config import Bilingual
from publisher.config.values import Flag, Iri, Tag
from publisher.toml_model import TomlModel, read_toml

Find = Literal[
    "e-mail", "telephone", "identity-number", "home-address", "after-labels", "living-birth-date", "living-ethnicity"
]


class Dated(TomlModel):
    """Something that holds from `valid_from` to `valid_to`, both inclusive; None leaves that end open."""

    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Return whether it holds on `day`."""
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


class Law(Dated):
    """A source in law."""

    id: str
    title: Bilingual
    address: Iri | None = None


class Withhold(Dated):
    """A rule that keeps whole records back."""

    rule: str
    title: Bilingual
    reason: Bilingual
    laws: tuple[str, ...] = ()
    fields: tuple[Tag, ...] = ()
    says: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    has: tuple[Flag, ...] = ()
    leader: tuple[str, ...] = ()
    all_items: Flag | None = None

    @model_validator(mode="after")
    def _says_when(self) -> Withhold:
        if (self.says or self.whole) and not self.fields:
            raise ValueError("says or whole needs fields: name the fields in which to look")
        if not (self.says or self.whole or self.has or self.leader or self.all_items):
            raise ValueError("never matches; give says, whole, has, leader or all_items")
        return self


class Redact(Dated):
    """A rule that takes something out."""

    rule: str
    title: Bilingual
    laws: tuple[str, ...] = ()
    find: Find
    labels: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _labels_where_needed(self) -> Redact:
        if (self.find == "after-labels") != bool(self.labels):
            raise ValueError('labels go with find = "after-labels", and it needs some')
        return self


class Rights(TomlModel):
    """The licence that the words of a rights statement stand for."""

    licence: Iri
    says: tuple[str, ...] = Field(min_length=1)
    laws: tuple[str, ...] = ()


class Takedown(TomlModel):
    """Something that is not to be published any more: by record number, ISBN or address."""

    id: str
    source: str = ""
    since: date | None = None
    reason: Bilingual


class RuleBook(TomlModel):
    """Everything that policy.toml says."""

    laws: tuple[Law, ...] = ()
    withhold: tuple[Withhold, ...] = ()
    redact: tuple[Redact, ...] = ()
    rights: tuple[Rights, ...] = ()
    takedown: tuple[Takedown, ...] = ()

    @model_validator(mode="after")
    def _laws_are_known(self) -> RuleBook:
        known = {law.id for law in self.laws}
        named = [law for rule in self.withhold for law in rule.laws] + [
            law for rule in self.redact for law in rule.laws
        ]
        for law in [*named, *(law for rights in self.rights for law in rights.laws)]:
            if law not in known:
                raise ValueError(f'names the law "{law}", which is not among the laws; add it')
        return self

    def rules(self, name: str) -> list[Withhold | Redact]:
        """Return the rules called `name`."""
        found: list[Withhold | Redact] = [rule for rule in self.withhold if rule.rule == name]
        return found + [rule for rule in self.redact if rule.rule == name]

    def laws_of(self, rule: Withhold | Redact, day: date) -> list[Law]:
        """Return the laws that `rule` comes from and that are in force on `day`."""
        return [law for law in self.laws if law.id in rule.laws and law.holds_on(day)]


def shipped() -> Path:
    """Return the rule book that comes with Rông."""
    return resources.folder("vocab") / "policy.toml"


@lru_cache(maxsize=8)
def rulebook(path: Path | None) -> RuleBook:
    """Return the rule book in `path`, or the shipped one; raises `ConfigError` with one sentence a problem."""
    return read_toml(path or shipped(), RuleBook)
