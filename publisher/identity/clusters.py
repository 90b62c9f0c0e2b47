"""Which of many numbered things are one: union-find with a guard at the door.

A union is refused when any member of the one side may not be with any member of the other, so a chain of likenesses
never glues together two things that contradict each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

_LOOKED_AT = 40
"""Members of each side that are held against each other: 1,600 comparisons at most for one union."""

Forbids = Callable[[int, int], bool]


class Clusters:
    """Things by their numbers, at first each alone. The smallest member stands for a cluster."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}
        self._members: dict[int, list[int]] = {}
        self._apart: dict[int, set[int]] = {}

    def of(self, thing: int) -> int:
        """Return the smallest member of the cluster of `thing`."""
        parent, root = self._parent, thing
        while (above := parent.get(root)) is not None:
            root = above
        while thing != root:
            parent[thing], thing = root, parent[thing]
        return root

    def members(self, thing: int) -> list[int]:
        """Return the members of the cluster of `thing` in ascending order."""
        root = self.of(thing)
        return sorted(self._members.get(root, (root,)))

    def keep_apart(self, a: int, b: int) -> None:
        """From now on `a` and `b` are never in one cluster."""
        self._apart.setdefault(a, set()).add(b)
        self._apart.setdefault(b, set()).add(a)

    def are_kept_apart(self, a: int, b: int) -> bool:
        """Return whether some members of the clusters of `a` and `b` are to be kept apart."""
        if not self._apart:
            return False
        there = set(self.members(b))
        return any(not there.isdisjoint(self._apart.get(member, ())) for member in self.members(a))

    def join(self, a: int, b: int, forbids: Forbids | None = None) -> bool:
        """Make one cluster of those of `a` and `b`, unless it is forbidden; return whether they are one now."""
        root, other = sorted((self.of(a), self.of(b)))
        if root == other:
            return True
        if self.are_kept_apart(root, other):
            return False
        ours, theirs = self._members.get(root) or [root], self._members.get(other) or [other]
        if forbids is not None and _any(forbids, ours, theirs):
            return False
        self._parent[other] = root
        ours.extend(theirs)
        self._members[root] = ours
        self._members.pop(other, None)
        return True

    def several(self) -> Iterable[list[int]]:
        """Yield the clusters that have several members, each in ascending order."""
        for root in sorted(self._members):
            yield sorted(self._members[root])


def _any(forbids: Forbids, ours: list[int], theirs: list[int]) -> bool:
    return any(forbids(x, y) for x in sorted(ours)[:_LOOKED_AT] for y in sorted(theirs)[:_LOOKED_AT])
