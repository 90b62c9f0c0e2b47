"""What queries were like before: by their shape, else by their outline, else by a guess from their words."""

from __future__ import annotations

from publisher.sparql.guard import Query
from publisher.sparql.job import Job, Kind
from publisher.sparql.recent import Recent

_SHAPES = 4096


class Experience:
    """Remembers which shapes and outlines were quick and which ran long (publisher/sparql/guard.py says what both are).

    An outline that was quick for all the things that it was asked about is expected to be quick for the next one; and
    one that ran long is in doubt.
    """

    def __init__(self) -> None:
        self._shapes: Recent[str, Kind] = Recent(_SHAPES)
        self._outlines: Recent[str, Kind] = Recent(_SHAPES)

    def expected(self, query: Query) -> Kind:
        """Return what is expected of `query`."""
        if (kind := self._shapes.get(query.shape)) is not None:
            return min(kind, Kind(query.guess)) if kind is Kind.SHORT else kind
        match self._outlines.get(query.outline):
            case Kind.QUICK:
                return Kind.QUICK
            case Kind.LONG:
                return Kind(query.guess).doubted()
            case _:
                return Kind(query.guess)

    def was_quick(self, job: Job) -> None:
        """Note that it was over at once."""
        self._shapes.put(job.shape, Kind.QUICK)
        if self._outlines.get(job.outline) is not Kind.LONG:
            self._outlines.put(job.outline, Kind.QUICK)

    def was_short(self, job: Job) -> None:
        """Note that it was over before it was long."""
        self._shapes.put(job.shape, Kind.SHORT)

    def runs_long(self, job: Job) -> None:
        """Note that it still runs."""
        self._shapes.put(job.shape, Kind.LONG)
        self._outlines.put(job.outline, Kind.LONG)

    def was_not_long(self, job: Job) -> None:
        """Note that it was expected to run long, and did not."""
        self._shapes.pop(job.shape)

    def clear(self) -> None:
        """Forget everything: another release, other answers."""
        self._shapes.clear()
        self._outlines.clear()
