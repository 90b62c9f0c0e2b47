"""What one record puts into a release once everything is decided: its statements, its row of the ledger, its document.

The names that a worker left open are closed here. Nothing depends on any other record but through what was decided, so
a build asks for all records and an update for those that a change touches, and both get the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from publisher.assembly import Outcome
from publisher.identity.finalnames import FinalNames
from publisher.identity.holdings import Held, Holdings
from publisher.identity.iris import Iris
from publisher.identity.preferred import said
from publisher.identity.resolution import Named, Resolution
from publisher.policy import Fate
from publisher.rdf.ntriples import BASE, INSTANCE, ITEM, LIBRARY, MANIFEST, RECORD, WORK, close
from publisher.release.document import settled
from publisher.release.joint import Entry
from publisher.release.ledger import Row
from publisher.sources.digital import Digital

_PUBLISHED = Fate.PUBLISHED.value
_SAME_AGAIN = "the same record came before: it is published once"
_ITS_OWN = frozenset({WORK, INSTANCE, ITEM, RECORD, ""})
"""What the second character of a statement is that no other record makes too; an empty line is none."""


class Closed(NamedTuple):
    """What one record puts into a release.

    `text` is N-Triples; `foreign` are those of its lines that speak of what is not the record's alone, `faces` the
    agents, concepts and places whose final names or labels it depends on. `digest` stands for what it says.
    """

    row: Row
    warnings: tuple[tuple[str, str], ...] = ()
    raw: bytes = b""
    digest: int = 0
    text: str = ""
    foreign: tuple[str, ...] = ()
    faces: frozenset[str] = frozenset()
    entry: Entry | None = None
    digital: tuple[str, str, Digital] | None = None


Decided = Named | Held | None
"""What identity decided of a record: of one that describes an edition, of holdings, of any other."""


class Closing:
    """Closes records; `entities` tells the names of the agents, concepts and places they name."""

    def __init__(self, iris: Iris, entities: FinalNames) -> None:
        self._iris = iris
        self._entities = entities

    def closed(self, code: str, outcome: Outcome, decided: Decided, *, has_holdings: bool = False) -> Closed:
        """Return what a record of the library `code` puts into the release."""
        if outcome.fate != _PUBLISHED:
            return Closed(_row(code, outcome), outcome.warnings, outcome.raw)
        if outcome.entity:
            return self._authority(code, outcome)
        if isinstance(decided, Held):
            return self._holdings(code, outcome, decided)
        assert isinstance(decided, Named), "a published record that describes an edition has a name"
        return self._edition(code, outcome._replace(of_copy="") if has_holdings else outcome, decided)

    def _authority(self, code: str, outcome: Outcome) -> Closed:
        """Return what an authority record puts in: what is said of the record itself."""
        entity = f"{self._iris.base}/{self._entities.of(outcome.entity)}"
        row = _row(code, outcome)._replace(entity=entity, changed=outcome.changed)
        names = {RECORD: self._iris.authority_record(code, outcome.key), LIBRARY: self._iris.library(code)}
        faces = {outcome.entity}
        text, foreign = self._closed([self._entities.put_into(outcome.text, faces)], names)
        return Closed(row, outcome.warnings, text=text, foreign=foreign, faces=frozenset(faces))

    def _holdings(self, code: str, outcome: Outcome, held: Held) -> Closed:
        """Return what a holdings record puts in: the copies it describes, of the record it belongs to."""
        iris = self._iris
        row = _row(code, outcome)._replace(fate=held.fate, rule=held.rule, reason=held.reason)
        if held.fate != _PUBLISHED:
            return Closed(row, outcome.warnings, outcome.raw if held.fate == Fate.REJECTED.value else b"")
        instance = iris.entity("instance", held.instance)
        row = row._replace(instance=instance, work=iris.work(held.work), changed=outcome.changed)
        digest = int.from_bytes(outcome.digest[:6], "big")
        names = {INSTANCE: instance, ITEM: iris.item(code, held.key), LIBRARY: iris.library(code)}
        text, foreign = self._closed([outcome.text], names)
        return Closed(row, outcome.warnings, digest=digest, text=text, foreign=foreign)

    def _edition(self, code: str, outcome: Outcome, named: Named) -> Closed:
        """Return what a record of an edition puts in; only its row when it came before."""
        iris, entities = self._iris, self._entities
        instance, work = iris.entity("instance", named.instance), iris.work(named.work)
        row = _row(code, outcome)._replace(instance=instance, work=work, changed=outcome.changed)
        doubt = _SAME_AGAIN if named.again else named.doubt
        warnings = (*outcome.warnings, ("001", doubt)) if doubt else outcome.warnings
        if named.again:
            return Closed(row, warnings)
        assert outcome.document is not None, "a published record has a document"
        faces = {link.partition(" ")[2] for link in outcome.document["linked"]}
        leads = bool(named.leads_instance)
        entry = Entry(instance, work, code, named.key, settled(outcome.document, entities), leads, named.several > 1)
        identifier = f"{code}-{named.key}"
        names = {
            WORK: work,
            INSTANCE: instance,
            ITEM: iris.item(code, named.key),
            RECORD: iris.record(code, named.key),
            LIBRARY: iris.library(code),
            MANIFEST: iris.manifest(identifier),
        }
        parts = [
            entities.put_into(outcome.text, faces),
            outcome.of_copy,
            entities.put_into(outcome.of_instance, faces) if leads else "",
            outcome.of_work if named.leads_work else "",
            said(outcome.instance_titles, named.instance_titles),
            said(outcome.work_titles, named.work_titles),
        ]
        text, foreign = self._closed(parts, names)
        digital = (identifier, instance, outcome.digital) if outcome.digital else None
        return Closed(row, warnings, b"", _digest(outcome, named), text, foreign, frozenset(faces), entry, digital)

    def _closed(self, parts: list[str], names: dict[str, str]) -> tuple[str, tuple[str, ...]]:
        text, every = "".join(parts), {**names, BASE: self._iris.base}
        return close(text, every), tuple(close(line, every) for line in _foreign(text))


def _foreign(text: str) -> Iterator[str]:
    return (line for line in text.split("\n") if line[1:2] not in _ITS_OWN)


def _digest(outcome: Outcome, named: Named) -> int:
    """Return what stands for the statements of a record: what it says, under which names, with whose voice."""
    leads = bool(named.leads_instance), bool(named.leads_work)
    names = (*named[1:5], *leads, named.instance_titles, named.work_titles)
    return int.from_bytes(blake2b(outcome.digest + repr(names).encode(), digest_size=6).digest(), "big")


def _row(code: str, outcome: Outcome) -> Row:
    return Row(outcome.source, outcome.position, code, outcome.key, outcome.fate, outcome.rule, outcome.reason)


def verdicts(resolution: Resolution, holdings: Holdings, numbers: Sequence[int]) -> Iterator[tuple[Decided, bool]]:
    """Yield what was decided of each record of a batch, by their `numbers`, and whether holdings belong to it."""
    if not numbers:
        return
    span = numbers[0], numbers[-1]  # no record of another batch has a number between these
    decided: dict[int, Decided] = {named.number: named for named in resolution.named(*span)}
    decided.update((held.incoming, held) for held in holdings.settled(*span))
    with_holdings = set(holdings.records(*span))
    for number in numbers:
        yield decided.get(number), number in with_holdings


def plain(decided: Decided, has_holdings: bool) -> tuple[Any, ...]:
    """Return what was decided of a record as it is kept, without its number."""
    if isinstance(decided, Named):
        return ("edition", *decided[1:], has_holdings)
    return ("holdings", *decided[1:]) if isinstance(decided, Held) else ()


def unplain(kept: tuple[Any, ...]) -> tuple[Decided, bool]:
    """Return what `plain` was given, but for the number."""
    match kept:
        case ("edition", *rest):
            return Named(-1, *rest[:-1]), bool(rest[-1])
        case ("holdings", *rest):
            return Held(-1, *rest), False
        case _:
            return None, False


def paths_of(decided: Decided) -> tuple[str, ...]:
    """Return the paths of the instance and the work that a record speaks of."""
    if decided is None or not decided.instance:
        return ()
    return f"instance/{decided.instance}", f"work/{decided.work}"
