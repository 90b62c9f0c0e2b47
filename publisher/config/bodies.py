"""Who answers for data: bodies whose names are dated, how to reach them, on which terms they publish."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any, ClassVar

from pydantic import Field, field_validator, model_validator

from publisher.config.values import AddressOfReport, Email, Iri, LicenceId, Text, WebAddress
from publisher.toml_model import TomlModel


class Bilingual(TomlModel):
    """A text for people, in Vietnamese and in English."""

    vi: Text
    en: Text

    def in_language(self, language: str) -> str:
        """Return the text in `language` ("vi" or "en"); Vietnamese for any other."""
        return self.en if language == "en" else self.vi


class DatedName(Bilingual):
    """What a body is called from `valid_from` to `valid_to`, both inclusive; None leaves that end open."""

    valid_from: date | None = None
    valid_to: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> DatedName:
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError(f"ends on {self.valid_to}, before it begins on {self.valid_from}")
        return self


class Body(TomlModel):
    """An organization whose name may change: `names` in the order of time.

    `name = {vi = ..., en = ...}` in the file is short for one name without dates.
    """

    shorthand: ClassVar[tuple[str, ...]] = ("name",)
    names: tuple[DatedName, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _one_name(cls, content: Any) -> Any:
        if isinstance(content, dict) and "name" in content:
            if "names" in content:
                raise ValueError("has both name and names; give one of them")
            content = {**content, "names": [content["name"]]}
            del content["name"]
        return content

    @field_validator("names")
    @classmethod
    def _no_overlap(cls, names: tuple[DatedName, ...]) -> tuple[DatedName, ...]:
        ordered = sorted(names, key=lambda name: name.valid_from or date.min)
        for earlier, later in pairwise(ordered):
            if (earlier.valid_to or date.max) >= (later.valid_from or date.min):
                raise ValueError(f'overlap: "{earlier.vi}" is still valid when "{later.vi}" begins; set valid_to')
        return tuple(ordered)

    @property
    def name(self) -> DatedName:
        """The latest name."""
        return self.names[-1]

    def name_on(self, day: date) -> DatedName:
        """Return the name that is valid on `day`; in a gap the one before it, before all of them the first."""
        begun = [name for name in self.names if (name.valid_from or date.min) <= day]
        return begun[-1] if begun else self.names[0]


class Contact(TomlModel):
    """How to reach a body."""

    email: Email | None = None
    phone: Text | None = None
    url: WebAddress | None = None


class Publisher(Body):
    """Who publishes the data. `reports_at` is the form of a tracker in which readers report mistakes."""

    identifier: Text | None = None
    iri: Iri | None = None
    contact: Contact = Contact()
    reports_at: AddressOfReport | None = None


class Licence(TomlModel):
    """Under which terms the data goes out: an SPDX-like id (what CKAN calls `license_id`), its IRI and its title."""

    id: LicenceId
    iri: Iri
    title: Bilingual
