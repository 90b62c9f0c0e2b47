"""Publishing: a build put into service and, where a CKAN is configured, a CKAN brought in step with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import orjson

from publisher import resources
from publisher.build import Report, build
from publisher.config import Ckan, Settings
from publisher.errors import ConfigError
from publisher.exports.checking import Finding, check_dataset, check_portal, check_titles
from publisher.exports.ckan import (
    Applied,
    Plan,
    Portal,
    Verification,
    adopt,
    apply,
    left_over,
    make_plan,
    prune,
    read_token,
    verify,
)
from publisher.exports.ckan.desired import wanted
from publisher.exports.ckan.plan import Change
from publisher.exports.files import read_datasets
from publisher.release.release import active, only_one
from publisher.release.service import put_into_service
from publisher.stages import Progress

LOG = "ckan.jsonl"
"""In the folder of the releases: one line for every change that was made on CKAN."""


def publish(
    settings: Settings, data: Path, *, progress: Progress, on_change: Callable[[Change], None]
) -> tuple[Report, Applied | None]:
    """Build a release, put it into service, and bring CKAN in step where one is configured; return what was done.

    The token is asked for before the build: what cannot be finished is said before it is begun.
    """
    if settings.ckan is not None:
        read_token(settings.ckan)
    # Before anybody else can build: who waits to go on from what was in service would go on from that.
    report = build(settings, data, progress=progress, then=lambda name: put_into_service(data, name))
    return report, ckan_apply(settings, data, on_change) if settings.ckan is not None else None


def check_datasets(settings: Settings | None, data: Path, folder: Path | None, names: Sequence[str]) -> list[Finding]:
    """Return what is to be said of the datasets `names` (all where there are none) that are declared in `folder`.

    They are tried on the active release in `data`, and on the CKAN of `settings`, where there are such.
    """
    root = folder or resources.folder("exports")
    everything = sorted(path.parent for path in root.glob("*/dataset.toml"))
    folders = [root / name for name in names] or everything
    release = active(data) if (data / "current").exists() else None
    findings = [finding for each in folders for finding in check_dataset(each, release)]
    chosen = {each.name for each in folders}
    findings += [finding for finding in check_titles(everything) if finding.dataset in chosen]
    if settings is not None and settings.ckan is not None:
        findings += check_portal(settings, folders, Portal(settings.ckan, None))
    return findings


def ckan_plan(settings: Settings, data: Path) -> Plan:
    """Return what would change on CKAN; nothing is written."""
    portal = Portal(_ckan(settings), None)
    return make_plan(wanted(settings, read_datasets(active(data).datasets_path)), portal)


def ckan_apply(settings: Settings, data: Path, on_change: Callable[[Change], None]) -> Applied:
    """Bring CKAN in step with the active release; one at a time, and every change made stands in `data`/ckan.jsonl."""
    configured = _ckan(settings)
    portal = Portal(configured, read_token(configured))
    release = active(data)
    folder = release.datasets_path
    with _at_work(data), (data / LOG).open("ab") as log:

        def made(change: Change) -> None:
            line = {"at": datetime.now(UTC).isoformat(), "release": release.id, "url": portal.url, **change.as_json()}
            log.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
            log.flush()
            on_change(change)

        return apply(settings, read_datasets(folder), folder, portal, made)


def ckan_adopt(settings: Settings, data: Path, name: str) -> str:
    """Take over the dataset on CKAN that is called as our dataset `name` would be; return what was done."""
    configured = _ckan(settings)
    portal = Portal(configured, read_token(configured))
    with _at_work(data):
        return adopt(settings, read_datasets(active(data).datasets_path), name, portal)


def ckan_prune(settings: Settings, data: Path, *, for_good: bool) -> list[str]:
    """Return the datasets that we made on CKAN and that are declared no more; delete them where it is `for_good`."""
    configured = _ckan(settings)
    portal = Portal(configured, read_token(configured))
    with _at_work(data):
        names = left_over(settings, read_datasets(active(data).datasets_path), portal)
        if for_good:
            prune(portal, names)
        return names


@contextmanager
def _at_work(data: Path) -> Iterator[None]:
    """Be the only one who writes to CKAN for the releases in `data`."""
    with only_one(data / ".ckan.lock", f"Another run brings CKAN in step for {data}"):
        yield


def ckan_verify(settings: Settings, data: Path) -> Verification:
    """Download back what CKAN gives out and compare it with the active release."""
    return verify(settings, read_datasets(active(data).datasets_path), Portal(_ckan(settings), None))


def _ckan(settings: Settings) -> Ckan:
    if settings.ckan is None:
        raise ConfigError("There is no CKAN in the configuration: add a table [ckan] with url and organization.")
    return settings.ckan
