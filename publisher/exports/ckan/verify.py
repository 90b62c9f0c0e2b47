"""Downloads back what is on CKAN and compares it with the release: metadata, checksums, tables."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from publisher.config import Settings
from publisher.errors import CkanError
from publisher.exports.ckan.desired import WantedDataset, WantedResource, WantedTable, wanted
from publisher.exports.ckan.plan import make_plan
from publisher.exports.ckan.portal import Fields, Portal
from publisher.exports.ckan.table import count_rows
from publisher.exports.files import DatasetFiles


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was compared; `problem` is empty when it is right."""

    what: str
    problem: str = ""

    def __str__(self) -> str:
        return f"{'FAIL' if self.problem else 'ok':<4} {self.what}{f': {self.problem}' if self.problem else ''}"


@dataclass(frozen=True, slots=True)
class Verification:
    """All checks of one CKAN."""

    url: str
    checks: tuple[Check, ...]

    @property
    def is_right(self) -> bool:
        """Whether everything on CKAN is as in the release."""
        return not any(check.problem for check in self.checks)

    def __str__(self) -> str:
        return "\n".join([self.url, *map(str, self.checks)])

    def as_json(self) -> dict[str, Any]:
        """Return the checks as plain data."""
        checks = [{"what": check.what, "ok": not check.problem, "problem": check.problem} for check in self.checks]
        return {"url": self.url, "ok": self.is_right, "checks": checks}


def verify(settings: Settings, datasets: Sequence[DatasetFiles], portal: Portal) -> Verification:
    """Compare what CKAN gives out with `datasets`; only reads. Raises `CkanError` when CKAN cannot be asked."""
    target = wanted(settings, datasets)
    plan = make_plan(target, portal)
    checks = [Check("metadata and marks", "; ".join(str(change).strip() for change in plan.changes))]
    for dataset in target.datasets:
        checks += _dataset(dataset, portal)
    return Verification(portal.url, tuple(checks))


def _dataset(dataset: WantedDataset, portal: Portal) -> Iterator[Check]:
    found = portal.read("package_show", id=dataset.name)
    resources = {each.get("rong_file"): each for each in (found or {}).get("resources", ())}
    for resource in dataset.resources:
        what = f"{dataset.name}/{resource.file.name}"
        there = resources.get(resource.file.name)
        if there is None:
            yield Check(what, "is not on CKAN")
            continue
        yield Check(f"{what}: content", _content_problem(there["url"], resource, portal))
        if resource.table is not None:
            yield Check(f"{what}: table", _table_problem(there, resource.table, portal))


def _content_problem(address: str, resource: WantedResource, portal: Portal) -> str:
    digest = hashlib.sha256()
    try:
        for chunk in portal.download(address):
            digest.update(chunk)
    except CkanError as problem:
        return str(problem)
    return "" if digest.hexdigest() == resource.file.sha256 else "what comes down is not what is in the release"


def _table_problem(there: Fields, table: WantedTable, portal: Portal) -> str:
    info = portal.read("datastore_info", id=there["id"])
    if info is None:
        return "there is no table"
    found = {field["id"]: (field["type"], (field.get("info") or {}).get("notes")) for field in info["fields"]}
    expected = {field["id"]: (field["type"], field["info"]["notes"]) for field in table.fields}
    if {name: _same_type(kind, notes) for name, (kind, notes) in found.items()} != {
        name: _same_type(kind, notes) for name, (kind, notes) in expected.items()
    }:
        return "its columns are not those that are declared"
    rows = count_rows(portal, there["id"])
    return "" if rows == table.rows else f"it has {rows} rows, the release {table.rows}"


def _same_type(kind: str, notes: str | None) -> tuple[str, str]:
    """PostgreSQL answers `float8` and `int8` by other names, depending on CKAN's version."""
    names = {"bigint": "int8", "double precision": "float8", "int": "int4"}
    return names.get(kind, kind), notes or ""
