"""What would have to change on CKAN: the difference between what is wanted and what is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from publisher.errors import CkanError
from publisher.exports.ckan.desired import (
    MANAGED,
    Wanted,
    WantedDataset,
    WantedOrganization,
    WantedResource,
    WantedTable,
    WantedView,
)
from publisher.exports.ckan.portal import Fields, Portal
from publisher.exports.ckan.table import count_rows
from publisher.exports.ckan.terms import missing

_SIGNS = {"create": "+", "update": "~", "delete": "-"}
_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Difference:
    """One field: what CKAN has, and what is wanted."""

    field: str
    found: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to create, update or delete. `found` is what CKAN has of it, None where it has nothing."""

    action: Literal["create", "update", "delete"]
    kind: Literal["organization", "dataset", "file", "table", "view"]
    dataset: str
    name: str
    note: str
    differences: tuple[Difference, ...]
    target: WantedOrganization | WantedDataset | WantedResource | WantedTable | WantedView | None
    found: Fields | None

    def __str__(self) -> str:
        indent = "  " if self.kind in ("file", "table", "view") else ""
        lines = [f"{indent}{_SIGNS[self.action]} {self.kind} {self.name}{f' ({self.note})' if self.note else ''}"]
        if self.action == "update":
            lines += [f"{indent}    {d.field}: {_show(d.found)} -> {_show(d.wanted)}" for d in self.differences]
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """Return the change as plain data."""
        return {
            "action": self.action,
            "kind": self.kind,
            "dataset": self.dataset,
            "name": self.name,
            "note": self.note,
            "differences": [{"field": d.field, "found": d.found, "wanted": d.wanted} for d in self.differences],
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes that bring the CKAN at `url` in step, in the order in which they are made."""

    url: str
    wanted: Wanted
    changes: tuple[Change, ...]

    def __str__(self) -> str:
        if not self.changes:
            return f"{self.url}: in step, nothing to change"
        count = "1 change" if len(self.changes) == 1 else f"{len(self.changes)} changes"
        return "\n".join([f"{self.url}: {count}", *map(str, self.changes)])

    def as_json(self) -> dict[str, Any]:
        """Return the plan as plain data."""
        return {"url": self.url, "changes": [change.as_json() for change in self.changes]}


def make_plan(wanted: Wanted, portal: Portal) -> Plan:
    """Compare `wanted` with what `portal` has; only reads.

    Raises `CkanError` when CKAN cannot be asked, does not know a licence (it would accept it silently) or a group (it
    would drop it silently), or has a dataset of the same name that Rông did not make.
    """
    problems = missing(portal, wanted.licences, wanted.groups)
    if problems:
        raise CkanError("\n".join(problems))
    changes = [*_organization(wanted.organization, portal)]
    for dataset in wanted.datasets:
        changes += _dataset(dataset, wanted.organization, portal)
    return Plan(portal.url, wanted, tuple(changes))


def _organization(wanted: WantedOrganization, portal: Portal) -> Iterator[Change]:
    found = portal.read("organization_show", id=wanted.name, include_datasets=False, include_users=False)
    if found is None:
        yield Change("create", "organization", "", wanted.name, "", _differences({}, wanted.fields), wanted, None)
        return
    is_ours = extras_of(found).get(MANAGED) == wanted.iri  # one that others made is used as it is
    if is_ours and (differences := _differences(found, wanted.fields)):
        yield Change("update", "organization", "", wanted.name, "", differences, wanted, found)


def _dataset(wanted: WantedDataset, organization: WantedOrganization, portal: Portal) -> Iterator[Change]:
    found = portal.read("package_show", id=wanted.name)
    if found is None:
        yield Change("create", "dataset", wanted.name, wanted.name, "", (), wanted, None)
    else:
        mark = extras_of(found).get(MANAGED)
        if mark != wanted.iri:
            whose = f"belongs to {mark}" if mark else "was not made by Rông"
            raise CkanError(
                f"{portal.url}: the dataset {wanted.name} {whose}, so it is left alone; "
                "choose another ckan.name_prefix in rong.toml, or rename that dataset."
            )
        if differences := _dataset_differences(found, wanted, organization):
            yield Change("update", "dataset", wanted.name, wanted.name, "", differences, wanted, found)
    ours: dict[str, Fields] = {}
    for each in (found or {}).get("resources", ()):
        name = each.get("rong_file")
        if name in ours:
            yield Change("delete", "file", wanted.name, name, "doubled", (), None, each)
        elif name:  # a resource that others added has no mark and stays
            ours[name] = each
    for resource in wanted.resources:
        yield from _resource(wanted.name, resource, ours.pop(resource.file.name, None), portal)
    for name, each in ours.items():
        yield Change("delete", "file", wanted.name, name, "no longer declared", (), None, each)


def _dataset_differences(
    found: Fields, wanted: WantedDataset, organization: WantedOrganization
) -> tuple[Difference, ...]:
    extras = extras_of(found)
    tags = sorted(tag["name"] for tag in found.get("tags", ()))
    groups = groups_of(found)
    owner = (found.get("organization") or {}).get("name", "")
    return (
        *_differences(found, wanted.fields),
        *_differences({f"extras.{key}": extras.get(key) for key in wanted.extras}, _prefixed(wanted.extras)),
        *_differences({"tags": ", ".join(tags)}, {"tags": ", ".join(sorted(wanted.tags))}),
        *_differences({"groups": ", ".join(groups)}, {"groups": ", ".join(sorted({*groups, *wanted.groups}))}),
        *_differences({"organization": owner}, {"organization": organization.name}),
        *_differences({"private": found.get("private")}, {"private": ""}),
    )


def _prefixed(extras: Mapping[str, str]) -> dict[str, str]:
    return {f"extras.{key}": value for key, value in extras.items()}


def _resource(dataset: str, wanted: WantedResource, found: Fields | None, portal: Portal) -> Iterator[Change]:
    name = wanted.file.name
    note = f"{wanted.file.bytes} bytes, {'uploaded' if wanted.is_upload else 'linked'}"
    if found is None:
        yield Change("create", "file", dataset, name, note, (), wanted, None)
    elif differences := resource_differences(found, wanted):
        yield Change("update", "file", dataset, name, note, differences, wanted, found)
    if wanted.table is not None:
        yield from _table(dataset, name, wanted.table, found or {}, portal)
    kind = view_type(wanted.view, portal) if wanted.view is not None else ""
    if kind and (found is None or not has_view(portal, found["id"], kind)):
        yield Change("create", "view", dataset, name, kind, (), wanted.view, found)


def view_type(wanted: WantedView, portal: Portal) -> str:
    """Return the type of view that is made: the first that this CKAN has, "" where it has none of them."""
    return next((kind for kind in wanted.types if kind in portal.extensions), "")


def has_view(portal: Portal, resource: str, kind: str) -> bool:
    """Return whether a resource has a view of the type `kind`, whoever made it; CKAN makes some by itself."""
    return any(each["view_type"] == kind for each in portal.read("resource_view_list", id=resource) or ())


def _table(dataset: str, name: str, wanted: WantedTable, found: Fields, portal: Portal) -> Iterator[Change]:
    note = f"{wanted.rows} rows, {len(wanted.fields)} columns"
    mark = found.get("rong_table", "") if found.get("datastore_active") else ""
    if mark != wanted.mark:
        action: Literal["create", "update"] = "update" if mark else "create"
        differences = (Difference("rong_table", mark, wanted.mark),)
        yield Change(action, "table", dataset, name, note, differences, wanted, found)
    elif (rows := count_rows(portal, found["id"])) != wanted.rows:
        differences = (Difference("rows", str(rows), str(wanted.rows)),)
        yield Change("update", "table", dataset, name, note, differences, wanted, found)


def resource_differences(found: Fields, wanted: WantedResource) -> tuple[Difference, ...]:
    """Return the fields in which a resource on CKAN is not what is wanted, with its size and its kind of address."""
    size = {"size": str(wanted.file.bytes)}
    place = {"url_type": "upload"} if wanted.is_upload else {"url_type": "", "url": wanted.address}
    return _differences(found, {**wanted.fields, **size, **place})


def extras_of(found: Fields) -> dict[str, str]:
    """Return the extras of a dataset or an organization as a dictionary."""
    return {extra["key"]: extra["value"] for extra in found.get("extras", ())}


def groups_of(found: Fields) -> list[str]:
    """Return the names of the groups that show a dataset, in order."""
    return sorted(group["name"] for group in found.get("groups", ()))


def _differences(found: Fields, wanted: Mapping[str, str]) -> tuple[Difference, ...]:
    return tuple(
        Difference(field, _plain(found.get(field)), value)
        for field, value in wanted.items()
        if _plain(found.get(field)) != _plain(value)
    )


def _plain(value: object) -> str:
    """Return a value as it is compared: for what is empty CKAN answers None, False or ""."""
    return str(value).replace("\r\n", "\n").strip() if value not in (None, False) else ""


def _show(value: str) -> str:
    text = " ".join(value.split())
    return f'"{text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "..."}"'
