"""Which services the configuration names."""

from __future__ import annotations

from publisher.config import Reconciliation, Settings
from publisher.errors import UsageError


def services(settings: Settings, name: str | None) -> list[Reconciliation]:
    """Return the services of `settings`, with `name` that one alone; raises UsageError where there is none."""
    found = [each for each in settings.reconciliation if name is None or each.name == name]
    if not found:
        known = ", ".join(each.name for each in settings.reconciliation) or "none"
        wanted = f"no reconciliation service {name}" if name else "no reconciliation service"
        raise UsageError(f"The configuration has {wanted}; it has {known}: add [[reconciliation]] to rong.toml.")
    return found
