"""rong.toml -> Settings. Every setting is described in docs/settings.md; a test holds that.

No province, law, licence or body is written into the code: they are data here, dated where they change.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from publisher.errors import ConfigError
from publisher.toml_model import TomlModel, read_toml, shaped

Language = Literal["vi", "en"]
Level = Literal["national", "provincial", "district", "commune", "school", "armed-forces", "other"]
SourceFormat = Literal[
    "auto",
    "iso2709",
    "marcxml",
    "marcjson",
    "mrk",
    "libol",
    "libol-text",
    "isis",
    "dublincore",
    "mods",
    "mets",
    "edm",
    "alto",
    "csv",
    "xlsx",
    "ods",
    "titles",
]
Text = Annotated[str, StringConstraints(min_length=1)]
Code = Annotated[str, shaped(r"[a-z0-9]{1,32}", 'up to 32 lower-case letters and digits, like "kontum1"')]
Tag = Annotated[str, shaped(r"[0-9X]{3}( \$[0-9a-z]+)?", 'a tag, perhaps with subfields, like "59X" or "952 $x"')]
Flag = Annotated[str, shaped(r"[0-9]{3} \$[0-9a-z]( = .+)?", 'a subfield, perhaps with its value, like "942 $n = 1"')]
Email = Annotated[str, shaped(r"[^@\s]+@[^@\s]+", "an e-mail address")]
Country = Annotated[str, shaped(r"[A-Z]{2}", 'a country code of ISO 3166-1, like "VN"')]
LicenceId = Annotated[str, shaped(r"[A-Za-z0-9.+-]+", 'an identifier as SPDX has them, like "CC-BY-4.0"')]
CkanName = Annotated[str, shaped(r"[a-z0-9_-]{2,100}", "2 to 100 lower-case letters, digits, - and _")]
CkanPrefix = Annotated[str, shaped(r"[a-z0-9_-]{0,60}", "up to 60 lower-case letters, digits, - and _")]
AddressOfId = Annotated[str, shaped(r"https?://[^\s{}]+\{id\}[^\s{}]*", "an address with {id} in it")]
AddressOfReport = Annotated[
    str, shaped(r"https?://[^\s{}]+(\{(title|text|iri)\}[^\s{}]*)+", "an address with {title}, {text} or {iri} in it")
]
ReportAddress = Annotated[
    str,
    shaped(
        r"(mailto:[^@\s]+@[^@\s]+|https://[^\s]+|tel:\+?[0-9-]+)", 'like "mailto:security@example.vn" or "https://..."'
    ),
]
ExecutorAddress = Annotated[
    str,
    shaped(r"local|(tcp|tls)://[^\s/]+:[0-9]+", '"local" or the address of a Dask scheduler, "tcp://10.0.0.5:8786"'),
]
SecureAddress = Annotated[str, shaped(r"https://[^\s]+", "an https address")]
VariableName = Annotated[str, shaped(r"[A-Za-z_][A-Za-z0-9_]*", "the name of an environment variable")]

_OWN_ENCODINGS = frozenset({"auto", "utf-8", "marc-8", "cp1258", "tcvn-5712-1", "tcvn3", "vni", "viqr", "viscii"})

DEFAULT_BASE = "http://localhost:8000"
STANDARD_INPUT = Path("-")
_IRI = re.compile(r"""^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$""", re.IGNORECASE)
_DAYS = "(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)"
_HOURS = re.compile(rf"^{_DAYS}(?:[-,]{_DAYS})*(?: \d\d:\d\d-\d\d:\d\d)?$")


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or not _IRI.match(value):
        raise ValueError(f'is "{value}"; it must be an http or https address')
    return value


def _iri(value: str) -> str:
    if not _IRI.match(value):
        raise ValueError(f'is "{value}"; it must be an IRI such as https://example.org/licence')
    return value


def _beside_the_file(path: Path | None, info: ValidationInfo) -> Path | None:
    """Return `path` from the folder of rong.toml, which `read_toml` gives as context."""
    folder = (info.context or {}).get("folder")
    return path if path is None or folder is None else Path(folder) / path


WebAddress = Annotated[str, AfterValidator(_web_address)]
Iri = Annotated[str, AfterValidator(_iri)]


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

    path: Path
    format: SourceFormat = "auto"
    encoding: Text = "auto"
    mapping: Path | None = None
    files_at: WebAddress | None = None
    split: bool = False

    @field_validator("path")
    @classmethod
    def _from_the_file(cls, path: Path, info: ValidationInfo) -> Path:
        return path if path == STANDARD_INPUT else _beside_the_file(path, info) or path

    @field_validator("mapping")
    @classmethod
    def _mapping_from_the_file(cls, path: Path | None, info: ValidationInfo) -> Path | None:
        return _beside_the_file(path, info)

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


class Policy(TomlModel):
    """What never leaves the house.

    `file` says in words what is withheld and redacted, from which law; without it `vocab/policy.toml` holds.
    """

    file: Path | None = None
    restricted: Literal["withhold", "publish"] = "withhold"
    suppress: tuple[Flag, ...] = ("942 $n = 1",)
    suppress_items: tuple[Flag, ...] = ("952 $0 = 1", "952 $1 = 1")
    withhold_fields: tuple[Tag, ...] = ("541", "561", "583", "59X", "9XX", "852 $x", "876 $x", "952 $eglmnqrsvwx")
    keep_fields: tuple[Tag, ...] = ("942", "952")

    @field_validator("file")
    @classmethod
    def _from_the_file(cls, path: Path | None, info: ValidationInfo) -> Path | None:
        return _beside_the_file(path, info)


class Ckan(TomlModel):
    """The CKAN that is kept in step. The token is never here: see `token_env` and `token_file`."""

    url: WebAddress
    organization: CkanName
    name_prefix: CkanPrefix = "rong-"
    licence_id: LicenceId | None = None
    token_env: VariableName = "RONG_CKAN_TOKEN"  # noqa: S105 - the name of a variable
    token_file: Path | None = None
    connect_timeout: float = Field(default=10, gt=0)
    read_timeout: float = Field(default=120, gt=0)
    retries: int = Field(default=3, ge=0, le=20)
    upload_limit_mb: float = Field(default=10, gt=0)

    @field_validator("token_file")
    @classmethod
    def _from_the_file(cls, path: Path | None, info: ValidationInfo) -> Path | None:
        return _beside_the_file(path, info)


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


class Identity(TomlModel):
    """What decides which records describe the same thing, beside their evidence."""

    decisions: Path | None = None
    links: Path | None = None

    @field_validator("decisions", "links")
    @classmethod
    def _from_the_file(cls, path: Path | None, info: ValidationInfo) -> Path | None:
        return _beside_the_file(path, info)


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

    sheet: Path | None = None
    programmes: tuple[Path, ...] = ()
    targets: tuple[Target, ...] = ()

    @field_validator("sheet")
    @classmethod
    def _from_the_file(cls, path: Path | None, info: ValidationInfo) -> Path | None:
        return _beside_the_file(path, info)

    @field_validator("programmes")
    @classmethod
    def _each_from_the_file(cls, paths: tuple[Path, ...], info: ValidationInfo) -> tuple[Path, ...]:
        return tuple(_beside_the_file(path, info) or path for path in paths)


class Build(TomlModel):
    """How a release is made: `executor` converts, "local" for processes here or the address of a Dask scheduler."""

    executor: ExecutorAddress = "local"


class Limits(TomlModel):
    """How much is too much."""

    record_bytes: int = Field(default=10_000_000, ge=24)


class Sparql(TomlModel):
    """What an operator may want to change of `/sparql`; names, bounds and defaults are those of `EndpointSettings`.

    They are written here again because the endpoint stands above the configuration; a test holds the two together.
    """

    time_limit: float = Field(default=20.0, gt=0, le=600)
    memory_mb: int = Field(default=768, ge=192, le=65536)
    result_mb: int = Field(default=64, ge=1, le=4096)
    workers: int = Field(default=8, ge=2, le=64)
    short_workers: int | None = Field(default=None, ge=1, le=32)
    queue_length: int = Field(default=128, ge=0, le=10_000)
    queue_seconds: float = Field(default=4.0, gt=0, le=60)
    cache_mb: int = Field(default=128, ge=0)
    service_allow: tuple[Iri, ...] = ()
    query_log: Path | None = None

    @field_validator("query_log")
    @classmethod
    def _from_the_file(cls, path: Path | None, info: ValidationInfo) -> Path | None:
        return _beside_the_file(path, info)

    @model_validator(mode="after")
    def _some_workers_are_for_long_queries(self) -> Sparql:
        if self.short_workers is not None and self.short_workers >= self.workers:
            raise ValueError(
                f"has {self.short_workers} short_workers of {self.workers} workers, so long queries would never run; "
                "short_workers must be less than workers"
            )
        return self


class Serve(TomlModel):
    """Where the site listens."""

    host: Text = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    workers: int = Field(default=2, ge=1, le=64)
    store: WebAddress | None = None
    usage_log: Path | None = None
    log: Literal["text", "json"] = "text"

    @field_validator("usage_log")
    @classmethod
    def _from_the_file(cls, path: Path | None, info: ValidationInfo) -> Path | None:
        return _beside_the_file(path, info)


class Alarms(TomlModel):
    """When `rong status --check` raises an alarm."""

    stale_days: float = Field(default=8.0, gt=0)
    rejected_points: float = Field(default=1.0, ge=0, le=100)
    free_gb: float = Field(default=5.0, ge=0)


class Security(TomlModel):
    """To whom weaknesses are reported: what `/.well-known/security.txt` says (RFC 9116)."""

    contacts: tuple[ReportAddress, ...] = Field(min_length=1)
    expires: date
    policy: SecureAddress | None = None


_UNNAMED = DatedName(vi="Thư viện", en="Library")


class Settings(TomlModel):
    """Everything that rong.toml says."""

    base: WebAddress
    languages: tuple[Language, ...] = Field(default=("vi", "en"), min_length=1)
    publisher: Publisher
    licence: Licence | None = None
    libraries: tuple[Library, ...] = Field(min_length=1)
    policy: Policy = Policy()
    ckan: Ckan | None = None
    identity: Identity = Identity()
    indicators: Indicators = Indicators()
    reconciliation: tuple[Reconciliation, ...] = ()
    build: Build = Build()
    limits: Limits = Limits()
    sparql: Sparql = Sparql()
    serve: Serve = Serve()
    alarms: Alarms = Alarms()
    security: Security | None = None

    @field_validator("base")
    @classmethod
    def _no_tail(cls, base: str) -> str:
        parts = urlsplit(base)
        if parts.query or parts.fragment or parts.username:
            raise ValueError(f'is "{base}"; it must have no query, no fragment and no user name')
        return base.rstrip("/")

    @field_validator("libraries")
    @classmethod
    def _each_code_once(cls, libraries: tuple[Library, ...]) -> tuple[Library, ...]:
        for code, times in Counter(library.code for library in libraries).items():
            if times > 1:
                raise ValueError(f'give the code "{code}" to {times} libraries; a code names one library')
        return libraries

    @classmethod
    def load(cls, path: Path) -> Settings:
        """Return the settings in the TOML file `path`; raises `ConfigError` with one sentence a problem."""
        return read_toml(path, cls)

    @classmethod
    def default(cls, base: str = DEFAULT_BASE, sources: tuple[Path, ...] = ()) -> Settings:
        """Return the settings for a build without a configuration: one library, "lib", that has all `sources`."""
        library = Library(code="lib", names=(_UNNAMED,), sources=tuple(Source(path=path) for path in sources))
        return cls(base=base, publisher=Publisher(names=(_UNNAMED,)), libraries=(library,))

    def converted_by(self, executor: str) -> Settings:
        """Return the same settings with another `build.executor`; raises `ConfigError` for one that is none."""
        try:
            return self.model_copy(update={"build": Build(executor=executor)})
        except ValidationError:
            raise ConfigError(
                f'--executor is "{executor}"; it must be "local" or the address of a Dask scheduler, like '
                '"tcp://10.0.0.5:8786".'
            ) from None

    def public(self) -> dict[str, Any]:
        """Return what a release says of itself, fit for JSON: no source, no rule of the policy, nothing of CKAN."""
        fields = {"base", "languages", "publisher", "licence", "libraries"} | ({"security"} if self.security else set())
        return self.model_dump(mode="json", include=fields, exclude={"libraries": {"__all__": {"sources"}}})

    def files(self) -> list[Path]:
        """Return the files that belong to the configuration: policy, decisions, links ...; no source and no secret."""
        mappings = (source.mapping for library in self.libraries for source in library.sources)
        own = (self.policy.file, self.identity.decisions, self.identity.links, self.indicators.sheet)
        return [path for path in (*own, *self.indicators.programmes, *mappings) if path is not None]

    def library(self, code: str) -> Library | None:
        """Return the library with `code`, or None."""
        return next((library for library in self.libraries if library.code == code), None)
