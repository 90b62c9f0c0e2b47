"""A registry in memory: what naming asks of what was published before."""

from __future__ import annotations

from collections.abc import Iterable


class Published:
    """Remembers release after release as `publisher.release.registry` does."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str], str] = {}
        self._target: dict[tuple[str, str], str] = {}
        self._releases = 0

    def publish(self, paths: Iterable[str], moved: Iterable[tuple[str, str, str]]) -> None:
        """Enter a release that has `paths` ("agent/1") and in which names moved (kind, name, target)."""
        self._releases += 1
        release = f"2026010{self._releases:05}T000000Z"
        for path in paths:
            kind, _, name = path.partition("/")
            self._first.setdefault((kind, name), release)
            self._target.pop((kind, name), None)
        for kind, name, target in moved:
            self._first.setdefault((kind, name), release)
            self._target[kind, name] = target
        for (kind, name), target in list(self._target.items()):
            if (kind, target) in self._target:
                self._target[kind, name] = self._target[kind, target]

    def since(self, kind: str, name: str) -> str:
        return "" if (kind, name) in self._target else self._first.get((kind, name), "")

    def earlier(self, kind: str, record: str) -> str:
        return self._target.get((kind, record), "")

    def leading(self, kind: str, name: str) -> list[str]:
        return sorted(other for (of, other), target in self._target.items() if (of, target) == (kind, name))
