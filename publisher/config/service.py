"""How a release is served and watched over: the site, `/sparql`, alarms, to whom weaknesses are reported, and CKAN."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from publisher.config.values import (
    CkanName,
    CkanPrefix,
    Iri,
    LicenceId,
    OwnFile,
    ReportAddress,
    SecureAddress,
    Text,
    VariableName,
    WebAddress,
)
from publisher.toml_model import TomlModel


class Serve(TomlModel):
    """Where the site listens."""

    host: Text = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    workers: int = Field(default=2, ge=1, le=64)
    store: WebAddress | None = None
    usage_log: OwnFile | None = None
    log: Literal["text", "json"] = "text"


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
    query_log: OwnFile | None = None

    @model_validator(mode="after")
    def _some_workers_are_for_long_queries(self) -> Sparql:
        if self.short_workers is not None and self.short_workers >= self.workers:
            raise ValueError(
                f"has {self.short_workers} short_workers of {self.workers} workers, so long queries would never run; "
                "short_workers must be less than workers"
            )
        return self


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


class Ckan(TomlModel):
    """The CKAN that is kept in step. The token is never here: see `token_env` and `token_file`."""

    url: WebAddress
    organization: CkanName
    name_prefix: CkanPrefix = "rong-"
    licence_id: LicenceId | None = None
    token_env: VariableName = "RONG_CKAN_TOKEN"  # noqa: S105 - the name of a variable
    token_file: OwnFile | None = None
    connect_timeout: float = Field(default=10, gt=0)
    read_timeout: float = Field(default=120, gt=0)
    retries: int = Field(default=3, ge=0, le=20)
    upload_limit_mb: float = Field(default=10, gt=0)
