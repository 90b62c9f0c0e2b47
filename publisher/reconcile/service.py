"""One reconciliation service on the web: asked in batches, not too fast, and not believed.

What it answers is checked piece by piece: what is no candidate is counted and left out, and an answer that is too long,
too late or no JSON costs its batch and nothing else.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote

import orjson
import requests

from publisher import __version__
from publisher.config import Reconciliation
from publisher.errors import SourceError
from publisher.rdf.iri import fit_iri
from publisher.rdf.text import squeeze

MAX_ANSWER = 4 * 1024 * 1024
"""Bytes of one answer."""
MAX_WAIT = 300.0
"""Seconds that a service may ask to be left alone; one that asks for more is asked another day."""
_PATIENCE = 4
_TRY_AGAIN = frozenset({429, 500, 502, 503, 504})
_LONGEST = 300
_LONGEST_IRI = 500


class Question(NamedTuple):
    """What is asked about one thing: a name, the service's type ("" for none), values of the service's properties."""

    name: str
    type: str
    properties: tuple[tuple[str, str], ...] = ()


class Candidate(NamedTuple):
    """What the service proposes: an IRI, a name, a description, a score from 0 to 100, whether it calls it certain."""

    iri: str
    name: str
    description: str
    score: float
    match: bool


@dataclass
class Service:
    """Asks one service; `sleep` is how it waits."""

    settings: Reconciliation
    sleep: Callable[[float], None] = time.sleep
    refused: int = 0
    """Candidates that were none: without a usable identifier, name or score."""
    _session: requests.Session = field(default_factory=requests.Session)
    _space: str = ""
    _batch: int = 0
    _asked: float = 0.0

    def open(self) -> None:
        """Read the manifest; raises SourceError when the service cannot be used."""
        self._session.headers["User-Agent"] = f"rong/{__version__} (reconciliation client)"
        manifest = self._json("get", {})
        if not isinstance(manifest, dict) or not isinstance(manifest.get("identifierSpace"), str):
            raise SourceError(f"{self.settings.url} has no manifest of a reconciliation service; check the address.")
        self._space = manifest["identifierSpace"]
        offered = manifest.get("batchSize")
        theirs = offered if type(offered) is int and offered > 0 else self.settings.batch
        self._batch = min(self.settings.batch, theirs)
        if not self.settings.iri and not fit_iri(f"{self._space}x").startswith(("http://", "https://")):
            raise SourceError(
                f"{self.settings.url} does not say what its addresses begin with; set iri in the configuration."
            )

    @property
    def space(self) -> str:
        """What the IRIs begin with that the service knows."""
        return self.settings.iri.partition("{id}")[0] if self.settings.iri else self._space

    @property
    def batch(self) -> int:
        """How many questions go into one request."""
        return self._batch

    def ask(self, questions: list[Question]) -> list[list[Candidate]]:
        """Return the candidates for each question, the best first; raises SourceError when there is no answer."""
        asked = {f"q{n}": self._query(question) for n, question in enumerate(questions)}
        answer = self._json("post", {"queries": orjson.dumps(asked).decode()})
        said: Mapping[str, Any] = answer if isinstance(answer, dict) else {}
        return [self._candidates(said.get(f"q{n}")) for n in range(len(questions))]

    def _query(self, question: Question) -> dict[str, Any]:
        query: dict[str, Any] = {"query": question.name[:_LONGEST], "limit": self.settings.limit}
        if question.type:
            query["type"] = question.type
        if question.properties:
            query["properties"] = [{"pid": pid, "v": value} for pid, value in question.properties]
        return query

    def _candidates(self, said: object) -> list[Candidate]:
        listed = said.get("result") if isinstance(said, dict) else None
        if not isinstance(listed, list):
            return []
        found = [self._candidate(each) for each in listed[: 5 * self.settings.limit]]
        self.refused += found.count(None)
        kept = {c.iri: c for c in found if c is not None and c.score >= self.settings.least_score}
        return sorted(kept.values(), key=lambda c: (-c.score, c.iri))[: self.settings.limit]

    def _candidate(self, said: object) -> Candidate | None:
        if not isinstance(said, dict):
            return None
        identifier, name, score = said.get("id"), said.get("name"), said.get("score")
        if not isinstance(identifier, str) or not isinstance(name, str) or isinstance(score, bool):
            return None
        if not isinstance(score, int | float) or not math.isfinite(score) or not identifier.strip():
            return None
        iri = self._iri(identifier.strip())
        if not iri:
            return None
        described = said.get("description")
        return Candidate(
            iri,
            _plain(name),
            _plain(described) if isinstance(described, str) else "",
            round(min(max(float(score), 0.0), 100.0), 1),
            said.get("match") is True,
        )

    def _iri(self, identifier: str) -> str:
        """Return the IRI that an identifier stands for, "" where it is none that may be published."""
        if self.settings.iri:
            iri = fit_iri(self.settings.iri.replace("{id}", quote(identifier, safe="")))
        else:
            iri = fit_iri(identifier if identifier.startswith(self._space) else f"{self._space}{identifier}")
        ours = iri.startswith(("http://", "https://")) and len(iri) <= _LONGEST_IRI
        return iri if ours and iri != self._space else ""

    # HTTP

    def _json(self, method: str, form: Mapping[str, str]) -> Any:
        trouble = ""
        for attempt in range(_PATIENCE):
            self._wait_until_polite()
            try:
                with self._session.request(
                    method,
                    self.settings.url,
                    data=dict(form) or None,
                    headers={"Accept": "application/json"},
                    timeout=self.settings.timeout,
                    stream=True,
                    allow_redirects=False,
                ) as answer:
                    if answer.status_code in _TRY_AGAIN:
                        trouble = f"is busy ({answer.status_code})"
                        self._be_patient(answer.headers.get("Retry-After", ""), attempt)
                        continue
                    if answer.status_code != 200:
                        raise SourceError(
                            f"{self.settings.url} answered with status {answer.status_code}; check the address."
                        )
                    return self._content(answer)
            except requests.exceptions.RequestException as problem:
                trouble = f"cannot be reached ({type(problem).__name__})"
                self._be_patient("", attempt)
        raise SourceError(f"{self.settings.url} {trouble}, tried {_PATIENCE} times; run the command again later.")

    def _content(self, answer: requests.Response) -> Any:
        content = bytearray()
        ends = time.monotonic() + 4 * self.settings.timeout
        for chunk in answer.iter_content(1 << 14):
            content += chunk
            if len(content) > MAX_ANSWER or time.monotonic() > ends:
                raise SourceError(f"{self.settings.url} sends an answer without an end; ask it for fewer at a time.")
        try:
            return orjson.loads(bytes(content))
        except orjson.JSONDecodeError:
            raise SourceError(f"{self.settings.url} answers with something that is not JSON; check it.") from None

    def _wait_until_polite(self) -> None:
        pause = self._asked + self.settings.delay - time.monotonic()
        if self._asked and pause > 0:
            self.sleep(pause)
        self._asked = time.monotonic()

    def _be_patient(self, retry_after: str, attempt: int) -> None:
        text = retry_after.strip()
        seconds = float(text) if text.isdecimal() and len(text) < 6 else self.settings.delay * 2**attempt
        if seconds > MAX_WAIT:
            raise SourceError(f"{self.settings.url} asks to wait {seconds:.0f} seconds; run the command again then.")
        self.sleep(seconds)


def _plain(text: str) -> str:
    """Return `text` in one line, short, without characters that a spreadsheet or a terminal would act upon."""
    cleaned = squeeze("".join(char if char.isprintable() else " " for char in text))[:_LONGEST]
    return f"'{cleaned}" if cleaned.startswith(("=", "+", "-", "@")) else cleaned
