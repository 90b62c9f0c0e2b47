"""`[[libraries]]`: where each library stands, when it is open, and the sources its records come from."""

from __future__ import annotations

import codecs
import re

from pydantic import Field, field_validator

from publisher.config.bodies import Body, Contact
from publisher.config.values import Code, Country, Level, OwnFile, SourceFormat, SourcePath, Text, WebAddress
from publisher.toml_model import TomlModel

_OWN_ENCODINGS = frozenset({"auto", "utf-8", "marc-8", "cp1258", "tcvn-5712-1", "tcvn3", "vni", "viqr", "viscii"})
_DAYS = "(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)"
_HOURS = re.compile(rf"^{_DAYS}(?:[-,]{_DAYS})*(?: \d\d:\d\d-\d\d:\d\d)?$")


class Address(TomlModel):
    """A postal address, in the parts that schema.org's PostalAddress has."""

    street: Text | None = None
    locality: Text | None = None
    region: Text | None = None
    postal_code: Text | None = None
    country: Country | None = None


class Coordinates(TomlModel):
    """A point on the earth, in degrees, WGS 84."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)


class Source(TomlModel):
    """One supplier of records: a file or a folder, or "-" for standard input.

    `files_at` is the address at which the folder of the source is on the web, for the files that METS names in it.
    `split` makes an instance of each thing that a record describes (a map and its image, a book and its disc).
    """

    path: SourcePath
    format: SourceFormat = "auto"
    encoding: Text = "auto"
    mapping: OwnFile | None = None
    files_at: WebAddress | None = None
    split: bool = False

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str) -> str:
        if encoding.lower() in _OWN_ENCODINGS:
            return encoding.lower()
        try:
            return codecs.lookup(encoding).name
        except LookupError:
            raise ValueError(
                f'is "{encoding}"; it must be auto, {", ".join(sorted(_OWN_ENCODINGS - {"auto"}))} or a codec of Python'
            ) from None


class Library(Body):
    """A library that holds items."""

    code: Code
    level: Level = "other"
    address: Address | None = None
    coordinates: Coordinates | None = None
    opening_hours: tuple[str, ...] = ()
    contact: Contact = Contact()
    sources: tuple[Source, ...] = ()

    @field_validator("opening_hours")
    @classmethod
    def _schema_org_hours(cls, hours: tuple[str, ...]) -> tuple[str, ...]:
        for line in hours:
            if not _HOURS.match(line):
                raise ValueError(f'has "{line}"; write it as schema.org does, for example "Mo-Fr 07:30-17:00"')
        return hours
