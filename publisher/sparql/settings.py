"""The settings of the endpoint: every limit that a query runs under, in one frozen model."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from publisher.errors import ConfigError
from publisher.identity.iris import Iris


class EndpointSettings(BaseModel):
    """How `/sparql` behaves; the table `[endpoint]` of rong.toml.

    Sizes are in bytes unless the name says otherwise, times in seconds. Workers, queue and cache are those of the whole
    portal; where several server processes share them, each gets the part that `shared_by` returns.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_iri: str = Field(
        "http://localhost:8000",
        description="Base IRI of the site, without a slash at the end; relative IRIs in queries resolve against it.",
    )
    title_vi: str = Field("Dữ liệu liên kết mở của thư viện", description="Title of the data, in Vietnamese.")
    title_en: str = Field("Linked open data of the library", description="Title of the data, in English.")
    licence_iri: str | None = Field(None, description="IRI of the licence of the data, for VoID.")

    time_limit: float = Field(20.0, gt=0, le=600, description="Seconds after which a query is ended with 504.")
    memory_mb: int = Field(768, ge=192, le=65536, description="Memory that one worker may allocate, in megabytes.")
    result_mb: int = Field(64, ge=1, le=4096, description="Largest answer, in megabytes; above it, 413.")
    workers: int = Field(8, ge=2, le=64, description="Worker processes, hence queries that run at the same time.")
    short_workers: int | None = Field(
        None, ge=1, le=32, description="How many of the workers are kept for short queries; half of them by default."
    )
    short_seconds: float = Field(
        0.5,
        gt=0,
        le=10,
        description="A query that runs longer no longer counts as short; it needs one of the other workers.",
    )
    queue_length: int = Field(128, ge=0, le=10_000, description="Queries that may wait for a worker; above it, 503.")
    queue_seconds: float = Field(4.0, gt=0, le=60, description="Seconds a query waits for a worker before it gets 503.")

    query_bytes: int = Field(256 * 1024, ge=1024, description="Longest query text.")
    body_bytes: int = Field(1024 * 1024, ge=1024, description="Largest request body; above it, 413 while it arrives.")
    body_seconds: float = Field(10.0, gt=0, description="Seconds a client has to send its request body; then 408.")
    nesting: int = Field(32, ge=4, le=150, description="Deepest nesting of brackets in a query.")
    patterns: int = Field(150, ge=10, le=350, description="Most triple patterns in a query.")
    clauses: int = Field(
        100, ge=5, le=500, description="Most of UNION, OPTIONAL, MINUS, EXISTS, GRAPH, SELECT, FILTER or BIND, each."
    )
    operators: int = Field(
        500, ge=50, le=2000, description="Most operators in expressions and property paths, together."
    )
    terms: int = Field(
        20_000, ge=1000, description="Most words, names and values in a query, VALUES and IN lists included."
    )

    service_allow: tuple[str, ...] = Field(
        (), description="IRIs of the SPARQL endpoints that SERVICE may call; none by default."
    )
    cache_mb: int = Field(128, ge=0, description="Memory for answers that are kept, in megabytes; 0 keeps none.")
    cache_entry_kb: int = Field(2048, ge=1, description="Largest answer that is kept, in kilobytes.")
    html_rows: int = Field(500, ge=10, le=5000, description="Rows that the page for people shows.")
    server: str | None = Field(
        None, description="A SPARQL 1.1 server that is asked in the place of the releases' own stores."
    )
    spool_dir: Path | None = Field(None, description="Folder for large answers on their way out; the system's default.")
    query_log: Path | None = Field(None, description="SQLite file of the query log; without it, no log is kept.")

    @model_validator(mode="after")
    def _some_workers_are_for_long_queries(self) -> EndpointSettings:
        if self.short_workers is not None and self.short_workers >= self.workers:
            raise ValueError(
                f"short_workers ({self.short_workers}) must be less than workers ({self.workers}), "
                "or long queries would never run"
            )
        return self

    @property
    def downloads(self) -> str:
        """Where the whole data can be had, for those who ask for too much."""
        return Iris(self.base_iri).page("datasets")

    def shared_by(self, processes: int) -> EndpointSettings:
        """Return the part of one of `processes` server processes, which know nothing of each other.

        Raises ConfigError when there are too few workers: each process needs two, one of them for short queries.
        """
        if self.workers < 2 * processes:
            raise ConfigError(
                f"sparql.workers is {self.workers}, but the {processes} server processes need two each; "
                f"set it to {2 * processes} or more, or serve.workers to {self.workers // 2}."
            )
        workers = self.workers // processes
        part = {
            "workers": workers,
            "short_workers": min(max(1, (self.workers - self.long_workers) // processes), workers - 1),
            "queue_length": -(-self.queue_length // processes),
            "cache_mb": -(-self.cache_mb // processes),
        }
        return self.model_copy(update=part)

    @property
    def long_workers(self) -> int:
        """How many queries may run past `short_seconds` at the same time."""
        return self.workers - (self.short_workers or self.workers // 2)
