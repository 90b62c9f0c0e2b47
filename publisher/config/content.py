"""What goes into a release and how it is made: what stays inside, what is the same, what is counted and linked."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from publisher.config.bodies import Bilingual
from publisher.config.values import AddressOfId, CkanName, ExecutorAddress, Flag, OwnFile, Tag, Text, WebAddress
from publisher.toml_model import TomlModel


class Policy(TomlModel):
    """What never leaves the house.

    `file` says in words what is withheld and redacted, from which law; without it `vocab/policy.toml` holds.
    """

    file: OwnFile | None = None
    restricted: Literal["withhold", "publish"] = "withhold"
    suppress: tuple[Flag, ...] = ("942 $n = 1",)
    suppress_items: tuple[Flag, ...] = ("952 $0 = 1", "952 $1 = 1")
    withhold_fields: tuple[Tag, ...] = ("541", "561", "583", "59X", "9XX", "852 $x", "876 $x", "952 $eglmnqrsvwx")
    keep_fields: tuple[Tag, ...] = ("942", "952")


class Identity(TomlModel):
    """What decides which records describe the same thing, beside their evidence."""

    decisions: OwnFile | None = None
    links: OwnFile | None = None


class Reconciliation(TomlModel):
    """A reconciliation service that is asked for candidates of links; `types` are its types by our words for things."""

    name: CkanName
    url: WebAddress
    types: dict[Literal["agent", "person", "organization", "concept", "place"], str] = Field(min_length=1)
    properties: dict[Literal["born", "died"], Text] = Field(default={})
    iri: AddressOfId | None = None
    limit: int = Field(default=3, ge=1, le=20)
    least_score: float = Field(default=40, ge=0, le=100)
    batch: int = Field(default=10, ge=1, le=50)
    delay: float = Field(default=1.0, ge=0, le=60)
    timeout: float = Field(default=30, gt=0, le=300)
    most: int = Field(default=1000, ge=1, le=1_000_000)


class Target(TomlModel):
    """What a plan wants of an indicator by the end of a year, in the unit of the indicator, and which plan that is."""

    indicator: Text
    year: int = Field(ge=1900, le=2200)
    value: float = Field(ge=0)
    source: Bilingual


class Indicators(TomlModel):
    """What plans and reports ask for.

    `sheet` is the table that libraries fill in every year; `programmes` are declarations of indicators in the place of
    ours.
    """

    sheet: OwnFile | None = None
    programmes: tuple[OwnFile, ...] = ()
    targets: tuple[Target, ...] = ()


class Build(TomlModel):
    """How a release is made: `executor` converts, "local" for processes here or the address of a Dask scheduler."""

    executor: ExecutorAddress = "local"


class Limits(TomlModel):
    """How much is too much."""

    record_bytes: int = Field(default=10_000_000, ge=24)
