"""Publishing: a build put into service and, where a CKAN is configured, a CKAN brought in step with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from publisher import resources
from publisher.build import Progress, Report, build
from publisher.config import Ckan, Settings
from publisher.errors import ConfigError
from publisher.exports.checking import Finding, check_dataset, check_portal
from publisher.exports.ckan import Applied, Plan, Portal, Verification, apply, make_plan, read_token, verify
from publisher.exports.ckan.desired import wanted
from publisher.exports.ckan.plan import Change
from publisher.exports.files import read_datasets
from publisher.release.release import active
from publisher.release.service import put_into_service


def publish(
    settings: Settings, data: Path, *, progress: Progress, on_change: Callable[[Change], None]
) -> tuple[Report, Applied | None]:
    """Build a release, put it into service, and bring CKAN in step where one is configured; return what was done.

    The token is asked for before the build: what cannot be finished is said before it is begun.
    """
    if settings.ckan is not None:
        read_token(settings.ckan)
    report = build(settings, data, progress=progress)
    put_into_service(data, report.release)
    return report, ckan_apply(settings, data, on_change) if settings.ckan is not None else None


def check_datasets(settings: Settings | None, data: Path, folder: Path | None, names: Sequence[str]) -> list[Finding]:
    """Return what is to be said of the datasets `names` (all where there are none) that are declared in `folder`.

    They are tried on the active release in `data`, and on the CKAN of `settings`, where there are such.
    """
    root = folder or resources.folder("exports")
    folders = [root / name for name in names] or sorted(path.parent for path in root.glob("*/dataset.toml"))
    release = active(data) if (data / "current").exists() else None
    findings = [finding for each in folders for finding in check_dataset(each, release)]
    if settings is not None and settings.ckan is not None:
        findings += check_portal(settings, folders, Portal(settings.ckan, None))
    return findings


def ckan_plan(settings: Settings, data: Path) -> Plan:
    """Return what would change on CKAN; nothing is written."""
    portal = Portal(_ckan(settings), None)
    return make_plan(wanted(settings, read_datasets(active(data).datasets_path)), portal)


def ckan_apply(settings: Settings, data: Path, on_change: Callable[[Change], None]) -> Applied:
    """Bring CKAN in step with the active release."""
    configured = _ckan(settings)
    portal = Portal(configured, read_token(configured))
    folder = active(data).datasets_path
    return apply(settings, read_datasets(folder), folder, portal, on_change)


def ckan_verify(settings: Settings, data: Path) -> Verification:
    """Download back what CKAN gives out and compare it with the active release."""
    return verify(settings, read_datasets(active(data).datasets_path), Portal(_ckan(settings), None))


def _ckan(settings: Settings) -> Ckan:
    if settings.ckan is None:
        raise ConfigError("There is no CKAN in the configuration: add a table [ckan] with url and organization.")
    return settings.ckan
