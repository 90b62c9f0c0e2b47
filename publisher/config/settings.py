"""rong.toml as a whole, table by table."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator

from publisher.config.bodies import DatedName, Licence, Publisher
from publisher.config.content import Build, Identity, Indicators, Limits, Policy, Reconciliation
from publisher.config.libraries import Library, Source
from publisher.config.service import Alarms, Ckan, Security, Serve, Sparql
from publisher.config.values import DEFAULT_BASE, Language, WebAddress
from publisher.errors import ConfigError
from publisher.toml_model import TomlModel, read_toml

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
