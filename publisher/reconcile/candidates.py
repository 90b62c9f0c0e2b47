"""The run that asks: batch by batch into the file of links, so that it can be stopped and gone on with."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from publisher.config import Reconciliation
from publisher.errors import SourceError
from publisher.identity.links import COLUMNS, Link, read_links, shape
from publisher.reconcile.service import Candidate, Service
from publisher.reconcile.things import Thing, things
from publisher.release.release import Release

_FAILURES = 3
"""Batches in a row without an answer after which a service is left alone."""


class Asked(NamedTuple):
    """What became of a run with one service: things asked about, those with candidates, and what went wrong."""

    service: str
    asked: int
    with_candidates: int
    refused: int
    trouble: str

    def __str__(self) -> str:
        said = f"{self.service}: {self.asked} asked about, candidates for {self.with_candidates}"
        refused = f", {self.refused} answers that were none" if self.refused else ""
        return f"{said}{refused}" + (f"; {self.trouble}" if self.trouble else "")


def propose(
    release: Release, settings: Reconciliation, file: Path, sleep: Callable[[float], None] | None = None
) -> Asked:
    """Ask the service of `settings` about what `release` has and `file` does not, and append what it answers to `file`.

    Nothing is decided: every new row has an empty decision. Raises SourceError when the service cannot be used at all
    and ConfigError when `file` is none of ours.
    """
    known = _known(file, settings.name)
    service = Service(settings, sleep) if sleep is not None else Service(settings)
    service.open()
    waiting = _waiting(release, settings, service.space, known)
    asked = with_candidates = failures = 0
    trouble = ""
    while some := list(islice(waiting, min(service.batch, settings.most - asked))):
        try:
            answers = service.ask([thing.question for thing in some])
        except SourceError as problem:
            trouble, failures = str(problem), failures + 1
            if failures >= _FAILURES:
                break
            continue
        failures = 0
        _append(file, settings.name, some, answers)
        asked += len(some)
        with_candidates += sum(bool(answer) for answer in answers)
        if asked >= settings.most:
            break
    return Asked(settings.name, asked, with_candidates, service.refused, trouble)


def _waiting(release: Release, settings: Reconciliation, space: str, known: set[str]) -> Iterator[Thing]:
    properties = {str(word): pid for word, pid in settings.properties.items()}
    for of, their_type in settings.types.items():
        for thing in things(release, of, their_type, properties, space):
            if thing.iri not in known:
                known.add(thing.iri)
                yield thing


def _known(file: Path, service: str) -> set[str]:
    """Return the things that the service was asked about before; a row that a killed run left unfinished goes."""
    if not file.exists():
        return set()
    content = file.read_bytes()
    if content and not content.endswith(b"\n"):
        whole = content[: content.rfind(b"\n") + 1]
        _replace(file, whole)
    return {link.thing for link in read_links(file) if link.service == service}


def _replace(file: Path, content: bytes) -> None:
    beside = file.with_name(f".{file.name}.new")
    beside.write_bytes(content)
    beside.replace(file)


def _append(file: Path, service: str, asked: list[Thing], answers: list[list[Candidate]]) -> None:
    """Append the rows of one batch; they are on the disk when this returns."""
    today = datetime.now(UTC).date().isoformat()
    begins = not file.exists() or not file.stat().st_size
    separator, columns = (",", list(COLUMNS)) if begins else shape(file)
    with file.open("a", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, columns, delimiter=separator, lineterminator="\n", extrasaction="ignore")
        if begins:
            writer.writeheader()
        for thing, candidates in zip(asked, answers, strict=True):
            rows = [_row(thing, each, service, today) for each in candidates]
            rows = rows or [Link("", thing.iri, thing.label, "", "", "", "", "", service, today)]
            writer.writerows(row._asdict() for row in rows)
        out.flush()
        os.fsync(out.fileno())


def _row(thing: Thing, candidate: Candidate, service: str, today: str) -> Link:
    return Link(
        decision="",
        thing=thing.iri,
        label=thing.label,
        link=candidate.iri,
        name=candidate.name,
        description=candidate.description,
        score=f"{candidate.score:g}",
        certain="yes" if candidate.match else "no",
        service=service,
        asked=today,
    )
