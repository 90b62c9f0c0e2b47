"""Brings CKAN in step: plans, carries the plan out, and plans again until there is nothing left to do.

Nothing is remembered between two runs but the marks on CKAN itself, so a run that was interrupted anywhere is simply
run again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publisher.config import Settings
from publisher.errors import CkanError
from publisher.exports.ckan.desired import (
    MANAGED,
    Wanted,
    WantedDataset,
    WantedOrganization,
    WantedResource,
    WantedTable,
    WantedView,
    wanted,
)
from publisher.exports.ckan.plan import Change, Plan, extras_of, groups_of, has_view, make_plan, view_type
from publisher.exports.ckan.portal import Fields, Portal, Unsure
from publisher.exports.ckan.table import load_table
from publisher.exports.files import DatasetFiles

Progress = Callable[[Change], None]


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done: the changes, and how many calls that write it took."""

    url: str
    changes: tuple[Change, ...]
    writes: int

    def __str__(self) -> str:
        return f"{self.url}: in step; {len(self.changes)} changes, {self.writes} writes"

    def as_json(self) -> dict[str, Any]:
        """Return what was done as plain data."""
        return {"url": self.url, "writes": self.writes, "changes": [change.as_json() for change in self.changes]}


def apply(
    settings: Settings,
    datasets: Sequence[DatasetFiles],
    folder: Path,
    portal: Portal,
    progress: Progress = lambda change: None,
) -> Applied:
    """Bring CKAN in step with `datasets`, whose files are in `folder`/{name}/; `progress` hears of every change made.

    Raises `CkanError` when CKAN refuses, cannot be asked, or does not keep what it was given.
    """
    target = wanted(settings, datasets)
    done: list[Change] = []
    carried_out: Plan | None = None
    failures = 0
    while (plan := make_plan(target, portal)).changes:
        if carried_out is not None and plan.as_json() == carried_out.as_json():
            raise CkanError(f"{portal.url}: CKAN took these changes but did not keep them:\n{plan}")
        _require_permission(target, portal)
        try:
            for change in _Run(target, folder, portal).carry_out(plan):
                done.append(change)
                progress(change)
            carried_out = plan
        except Unsure as problem:
            if failures == portal.retries:
                raise CkanError(f"{str(problem).rstrip('.')}; run it again, it goes on where it stopped.") from None
            portal.wait(failures)
            failures += 1
            carried_out = None
    return Applied(portal.url, tuple(done), portal.writes)


def _require_permission(target: Wanted, portal: Portal) -> None:
    """Raise `CkanError` if the token may read but not write: that is said before anything is written."""
    name = target.organization.name
    if portal.read("organization_show", id=name, include_datasets=False, include_users=False) is None:
        return
    allowed = portal.read("organization_list_for_user", permission="create_dataset") or ()
    if name not in {each["name"] for each in allowed}:
        raise CkanError(
            f"{portal.url}: the token may not write into the organization {name}; "
            "it is not valid, or its user is not an editor there."
        )


class _Run:
    """Carries one plan out. `_ids` are those of the resources, by dataset and file."""

    def __init__(self, target: Wanted, folder: Path, portal: Portal) -> None:
        self._organization = target.organization.name
        self._folders = {each.name: folder / each.iri.rpartition("/")[2] for each in target.datasets}
        self._portal = portal
        self._ids: dict[tuple[str, str], str] = {}

    def carry_out(self, plan: Plan) -> Iterator[Change]:
        """Make the changes of `plan`, one after another, and yield each when it is made."""
        for change in plan.changes:
            match change.target:
                case WantedOrganization():
                    self._organization_as(change.target, change.found)
                case WantedDataset():
                    self._dataset_as(change.target, change.found)
                case WantedResource():
                    self._file_as(change, change.target)
                case WantedTable():
                    self._table_as(change, change.target)
                case WantedView():
                    self._view_as(change, change.target)
                case None:
                    self._portal.write("resource_delete", id=(change.found or {})["id"])
            yield change

    def _organization_as(self, target: WantedOrganization, found: Fields | None) -> None:
        fields: Fields = dict(target.fields)
        if found is None:
            fields |= {"name": target.name, "extras": [{"key": MANAGED, "value": target.iri}]}
            self._portal.write("organization_create", **fields)
        else:
            self._portal.write("organization_patch", id=found["id"], **fields)

    def _dataset_as(self, target: WantedDataset, found: Fields | None) -> None:
        extras = {**extras_of(found or {}), **target.extras, "modified": target.modified}  # those of others stay
        fields: Fields = {
            **target.fields,
            "owner_org": self._organization,
            "private": False,
            "tags": [{"name": tag} for tag in target.tags],
            "groups": [{"name": group} for group in sorted({*groups_of(found or {}), *target.groups})],
            "extras": [{"key": key, "value": value} for key, value in sorted(extras.items()) if value],
        }
        if found is None:
            self._portal.write("package_create", name=target.name, **fields)
        else:
            self._portal.write("package_patch", id=found["id"], **fields)

    def _file_as(self, change: Change, target: WantedResource) -> None:
        fields: Fields = {key: value for key, value in target.fields.items() if value}
        if change.found is None:
            action = "resource_create"
            fields["package_id"] = change.dataset
        else:
            action = "resource_patch"
            fields["id"] = change.found["id"]
        if target.is_upload:
            path = self._folders[change.dataset] / target.file.name
            try:
                stream = path.open("rb")
            except OSError as problem:
                raise CkanError(f"{path}: the file cannot be read ({problem.strerror}); build again.") from None
            with stream:
                answer = self._portal.write(action, stream, **fields)
        else:
            fields |= {"url": target.address, "url_type": None, "size": target.file.bytes}
            answer = self._portal.write(action, **fields)
        self._ids[change.dataset, change.name] = answer["id"]

    def _table_as(self, change: Change, target: WantedTable) -> None:
        resource = self._ids.get((change.dataset, change.name)) or (change.found or {})["id"]
        load_table(self._portal, resource, target, self._folders[change.dataset] / change.name)
        self._portal.write("resource_patch", id=resource, rong_table=target.mark)

    def _view_as(self, change: Change, target: WantedView) -> None:
        """Make a view, unless CKAN has made one of the kind by itself when it got the file."""
        resource = self._ids.get((change.dataset, change.name)) or (change.found or {})["id"]
        kind = view_type(target, self._portal)
        if not has_view(self._portal, resource, kind):
            self._portal.write("resource_view_create", resource_id=resource, view_type=kind, title=target.title)
