"""`rong status --check`: what of a portal needs a hand, each alarm one sentence that ends with the remedy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from publisher.config import Alarms, Security, Settings
from publisher.errors import Fatal
from publisher.publication import ckan_plan
from publisher.release.release import Release, active, created, releases

_GB = 10**9
_BEFORE_IT_EXPIRES = timedelta(days=30)


@dataclass(frozen=True)
class Alarm:
    """What needs a hand: its `kind` for programs and a `sentence` for people."""

    kind: str
    sentence: str


def alarms(settings: Settings | None, data: Path, now: datetime | None = None) -> Iterator[Alarm]:
    """Yield what needs a hand of the portal in `data` at the moment `now` (aware; the present by default).

    Without `settings` the default thresholds hold and no CKAN is asked. Raises nothing that one part could: whatever
    cannot be looked at is an alarm.
    """
    now = now or datetime.now(UTC)
    limits = settings.alarms if settings else Alarms()
    if data.is_dir():
        yield from _disk(data, limits)
    if settings is not None and settings.security is not None:
        yield from _security(settings.security, now)
    try:
        release = active(data)
        made, earlier = release.created, _before(release, data)
    except Fatal as problem:
        yield Alarm("none", str(problem))
        return
    yield from _stale(release, now - made, limits)
    yield from _behind(release, now, limits)
    if earlier is not None:
        yield from _rejected(release, earlier, limits)
    if settings is not None and settings.ckan is not None:
        yield from _ckan(settings, data)


def _before(release: Release, data: Path) -> Release | None:
    """Return the release before `release`; None when there is none."""
    earlier = [each for each in releases(data) if each.id < release.id]
    return earlier[-1] if earlier else None


def _stale(release: Release, age: timedelta, limits: Alarms) -> Iterator[Alarm]:
    days = age / timedelta(days=1)
    if days > limits.stale_days:
        yield Alarm(
            "stale",
            f"The release in service, {release.id}, is {days:.1f} days old (alarms.stale_days is "
            f"{limits.stale_days:g}): see why nothing newer was published (journalctl -u rong-publish), then run "
            "`rong publish`.",
        )


def _behind(release: Release, now: datetime, limits: Alarms) -> Iterator[Alarm]:
    days = (now - created(release.datasets_of)) / timedelta(days=1)
    if not release.is_complete and days > limits.stale_days:
        yield Alarm(
            "stale",
            f"The datasets in service are those of {release.datasets_of}, {days:.1f} days old (alarms.stale_days is "
            f"{limits.stale_days:g}): see why they were not cut anew (journalctl -u rong-datasets), then run "
            "`rong dataset cut`.",
        )


def _rejected(release: Release, earlier: Release, limits: Alarms) -> Iterator[Alarm]:
    now, before = _rejected_share(release), _rejected_share(earlier)
    if now - before > limits.rejected_points:
        yield Alarm(
            "rejected",
            f"{now:.1f} % of the records were rejected, {before:.1f} % in the release before, {earlier.id}: "
            "`rong quarantine` exports them with their reasons, to be repaired and fed back.",
        )


def _rejected_share(release: Release) -> float:
    """Return how many of the records were rejected, in percent."""
    counts = [int(release.manifest[fate]) for fate in ("rejected", "published", "withheld")]
    return 100 * counts[0] / (sum(counts) or 1)


def _disk(data: Path, limits: Alarms) -> Iterator[Alarm]:
    free = shutil.disk_usage(data).free / _GB
    if free < limits.free_gb:
        yield Alarm(
            "disk",
            f"Only {free:.1f} GB are free in {data} (alarms.free_gb is {limits.free_gb:g}): "
            f"delete old releases with `rong prune --data {data} --keep 3`, or give it a larger disk.",
        )


def _ckan(settings: Settings, data: Path) -> Iterator[Alarm]:
    assert settings.ckan is not None
    try:
        changes = len(ckan_plan(settings, data).changes)
    except Fatal as problem:
        said = " ".join(str(problem).split())
        yield Alarm("ckan", f"{settings.ckan.url} could not be compared: {said} See `rong ckan plan` for more.")
        return
    if changes:
        differs = "1 difference" if changes == 1 else f"{changes} differences"
        yield Alarm(
            "ckan",
            f"{settings.ckan.url} is not in step with the release in service ({differs}): "
            "look at them with `rong ckan plan`, then run `rong ckan apply`.",
        )


def _security(security: Security, now: datetime) -> Iterator[Alarm]:
    left = security.expires - now.date()
    if left <= _BEFORE_IT_EXPIRES:
        when = "has run out" if left < timedelta(0) else "runs out soon"
        yield Alarm(
            "security",
            f"security.txt {when} ({security.expires}): see that its contacts still hold, set security.expires to a "
            "day less than a year ahead, and run `rong publish`.",
        )
