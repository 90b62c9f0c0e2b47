"""What `apply` never does by itself: to take over what is there already, and to delete what is declared no more."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from publisher.config import Settings
from publisher.errors import CkanError
from publisher.exports.ckan.desired import MANAGED, Wanted, WantedDataset, wanted
from publisher.exports.ckan.plan import extras_of
from publisher.exports.ckan.portal import Fields, Portal
from publisher.exports.files import DatasetFiles
from publisher.identity.iris import Iris

_AT_ONCE = 200


def adopt(settings: Settings, datasets: Sequence[DatasetFiles], name: str, portal: Portal) -> str:
    """Mark the dataset on CKAN that would be our dataset `name` as ours, so that `apply` brings it in step.

    Its files that are called like ours become ours, so that none is there twice; the others stay as they are. Returns
    what was done. Raises `CkanError` when there is no such dataset, or when it is marked as another Rông's.
    """
    target = _target(wanted(settings, datasets), name)
    found = portal.read("package_show", id=target.name)
    if found is None:
        raise CkanError(f"{portal.url}: there is no dataset {target.name}; rong ckan apply makes it.")
    mark = extras_of(found).get(MANAGED)
    if mark == target.iri:
        return f"{portal.url}: {target.name} is ours already"
    if mark:
        raise CkanError(f"{portal.url}: the dataset {target.name} belongs to {mark}; it is not taken from there.")
    extras = {**extras_of(found), MANAGED: target.iri}
    resources = [_marked(resource, target) for resource in found.get("resources", ())]
    portal.write(
        "package_patch",
        id=found["id"],
        extras=[{"key": key, "value": value} for key, value in sorted(extras.items())],
        resources=resources,
    )
    files = sum(1 for resource in resources if resource.get("rong_file"))
    return f"{portal.url}: {target.name} is ours now, with {files} of its {len(resources)} files"


def left_over(settings: Settings, datasets: Sequence[DatasetFiles], portal: Portal) -> list[str]:
    """Return the names of the datasets that we made on CKAN and that are declared no more; only reads."""
    target = wanted(settings, datasets)
    kept = {dataset.name for dataset in target.datasets}
    ours = Iris(settings.base).dataset("")
    return sorted(
        found["name"]
        for found in _of_organization(portal, target.organization.name)
        if extras_of(found).get(MANAGED, "").startswith(ours) and found["name"] not in kept
    )


def prune(portal: Portal, names: Sequence[str]) -> None:
    """Delete the datasets `names`, as CKAN deletes: they are in its bin until an administrator empties it."""
    for name in names:
        if portal.read("package_show", id=name) is not None:
            portal.write("package_delete", id=name)


def _target(target: Wanted, name: str) -> WantedDataset:
    for dataset in target.datasets:
        if name in (dataset.name, dataset.iri.rpartition("/")[2]):
            return dataset
    names = [dataset.iri.rpartition("/")[2] for dataset in target.datasets]
    close = difflib.get_close_matches(name, names, n=1)
    meant = f"did you mean {close[0]}? There are" if close else "there are"
    raise CkanError(f"There is no declared dataset {name}; {meant} {', '.join(names)}.")


def _marked(resource: Fields, target: WantedDataset) -> Fields:
    names = {file.file.name for file in target.resources}
    called = {resource.get("name", ""), str(resource.get("url", "")).rpartition("/")[2]} & names
    return {**resource, "rong_file": min(called)} if called else resource


def _of_organization(portal: Portal, organization: str) -> Iterator[Fields]:
    """Yield the datasets of `organization`, private ones and drafts too."""
    start = 0
    while True:
        answer = portal.read(
            "package_search",
            fq=f"organization:{organization}",
            include_private=True,
            include_drafts=True,
            rows=_AT_ONCE,
            start=start,
            sort="name asc",
        )
        yield from answer["results"]
        start += _AT_ONCE
        if start >= answer["count"]:
            return
