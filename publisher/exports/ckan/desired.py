"""What CKAN should have: the organization, one dataset for each of ours, and its files and tables.

The marks, by which the next run knows that there is nothing to do:

- the extra `rong_managed` of an organization or a dataset: made by Rông, for this IRI. What has none is not touched.
- `rong_file` and `hash` of a resource: which file it is, and its SHA-256. Set by the call that uploads the file.
- `rong_table` of a resource: the content and the columns that are completely in the DataStore. Set last.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from publisher.config import Ckan, DatedName, Settings
from publisher.errors import CkanError
from publisher.exports.dcat import LANGUAGES, SHA256, download_address
from publisher.exports.declaration import Column, ColumnType
from publisher.exports.files import DataFile, DatasetFiles
from publisher.identity.iris import Iris

MANAGED = "rong_managed"
_TYPES: dict[ColumnType, str] = {"text": "text", "integer": "int8", "number": "float8", "date": "date", "iri": "text"}
_NOT_IN_A_TAG = re.compile(r"[^\w \-.]")


@dataclass(frozen=True, slots=True)
class WantedTable:
    """A table of the DataStore: its fields as `datastore_create` takes them, and the mark of its content."""

    fields: list[dict[str, Any]]
    rows: int
    mark: str


@dataclass(frozen=True, slots=True)
class WantedView:
    """A view of a resource: the first of `types` that this CKAN has; none where it has none of them."""

    types: tuple[str, ...]
    title: str


_TABLE_VIEW = WantedView(("datatables_view", "recline_view"), "Bảng / Table")
_MAP_VIEW = WantedView(("geojson_view", "text_view"), "Bản đồ / Map")
_TEXT_VIEW = WantedView(("text_view",), "Nội dung / Content")
_VIEWS: dict[str, WantedView] = {
    "csv": _TABLE_VIEW,
    "geojson": _MAP_VIEW,
    "jsonld": _TEXT_VIEW,
    "ngsild": _TEXT_VIEW,
    "ttl": _TEXT_VIEW,
}


@dataclass(frozen=True, slots=True)
class WantedResource:
    """A file on CKAN: `fields` are compared; it is uploaded, or linked when it is too large."""

    file: DataFile
    fields: dict[str, str]
    is_upload: bool
    address: str
    table: WantedTable | None
    view: WantedView | None


@dataclass(frozen=True, slots=True)
class WantedDataset:
    """A dataset on CKAN. `modified` is written beside the rest but is no reason to write."""

    name: str
    iri: str
    fields: dict[str, str]
    extras: dict[str, str]
    tags: tuple[str, ...]
    groups: tuple[str, ...]
    modified: str
    resources: tuple[WantedResource, ...]


@dataclass(frozen=True, slots=True)
class WantedOrganization:
    """The organization that owns the datasets."""

    name: str
    iri: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that CKAN should have."""

    organization: WantedOrganization
    datasets: tuple[WantedDataset, ...]

    @property
    def licences(self) -> set[str]:
        """What this CKAN calls the licences of the datasets."""
        return {dataset.fields["license_id"] for dataset in self.datasets}

    @property
    def groups(self) -> set[str]:
        """The groups that show datasets."""
        return {group for dataset in self.datasets for group in dataset.groups}


def wanted(settings: Settings, datasets: Sequence[DatasetFiles]) -> Wanted:
    """Return what CKAN should have for `datasets`; raises `CkanError` without [ckan] or [licence] in the settings."""
    ckan = _ckan(settings)
    if settings.licence is None:
        raise CkanError("rong.toml has no [licence] table; data is not published on CKAN without its terms.")
    licence = ckan.licence_id or settings.licence.id
    name = _publisher_name(settings, datasets)
    organization = WantedOrganization(
        name=ckan.organization,
        iri=Iris(settings.base).page("catalog"),
        fields={"title": name.vi, "description": name.en, "state": "active"},
    )
    target = Wanted(organization, tuple(_dataset(settings, each, licence, name) for each in datasets))
    _require_addresses(settings, target)
    return target


def _require_addresses(settings: Settings, target: Wanted) -> None:
    """Raise `CkanError` for a file that has to be linked, and whose address leads nowhere from where CKAN is."""
    ckan = _ckan(settings)
    linked = [each.file for dataset in target.datasets for each in dataset.resources if not each.is_upload]
    if linked and is_loopback(settings.base) and not is_loopback(ckan.url):
        raise CkanError(
            f"{linked[0].name} has {linked[0].bytes:,} bytes, more than ckan.upload_limit_mb ({ckan.upload_limit_mb}) "
            f"lets through, so CKAN would be given its address; but nobody else can open {settings.base}. "
            "Set base in rong.toml to the public address, or raise ckan.upload_limit_mb."
        )


def is_loopback(address: str) -> bool:
    """Return whether an address leads to the machine itself.

    >>> is_loopback("http://127.0.0.1:8000"), is_loopback("https://data.example.vn")
    (True, False)
    """
    host = urlsplit(address).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def _ckan(settings: Settings) -> Ckan:
    if settings.ckan is None:
        raise CkanError("rong.toml has no [ckan] table, so there is no CKAN to keep in step; docs/ckan.md shows one.")
    return settings.ckan


def _publisher_name(settings: Settings, datasets: Sequence[DatasetFiles]) -> DatedName:
    """Return what the publisher was called when the release was made."""
    days = [dataset.created.date() for dataset in datasets]
    return settings.publisher.name_on(max(days)) if days else settings.publisher.name


def _dataset(settings: Settings, dataset: DatasetFiles, licence: str, name: DatedName) -> WantedDataset:
    ckan = _ckan(settings)
    iri = Iris(settings.base).dataset(dataset.name)
    declared = dataset.dataset.declaration
    contact = declared.contact or settings.publisher.contact
    if declared.licence:
        licence = declared.licence.id
    extras = {
        MANAGED: iri,
        "identifier": iri,
        "title_vi": declared.title.vi,
        "title_en": declared.title.en,
        "notes_en": declared.description.en,
        "language": json.dumps([str(language) for language in LANGUAGES.values()]),
        "publisher_name": name.vi,
        "publisher_name_en": name.en,
        "publisher_uri": settings.publisher.iri or "",
        "publisher_identifier": settings.publisher.identifier or "",
        "contact_name": name.vi,
        "contact_email": contact.email or "",
        "frequency": declared.frequency or "",
        "theme": json.dumps([declared.theme.iri]) if declared.theme else "",
    }
    words = [word for each in declared.keywords for word in (each.vi, each.en)]
    return WantedDataset(
        name=f"{ckan.name_prefix}{dataset.name}",
        iri=iri,
        fields={
            "title": declared.title.vi,
            "notes": f"{declared.description.vi}\n\n{declared.description.en}",
            "license_id": licence,
            "url": iri,
            "author": name.vi,
            "maintainer": name.vi,
            "maintainer_email": contact.email or "",
            "state": "active",
        },
        extras=extras,
        tags=tuple(sorted({_NOT_IN_A_TAG.sub(" ", word).strip()[:100] for word in words if len(word) > 1})),
        groups=declared.groups,
        modified=dataset.modified.isoformat(),
        resources=tuple(_resource(settings, ckan, dataset, file) for file in dataset.files),
    )


def _resource(settings: Settings, ckan: Ckan, dataset: DatasetFiles, file: DataFile) -> WantedResource:
    address = download_address(Iris(settings.base), dataset, file)
    title = dataset.dataset.declaration.title
    fields = {
        "rong_file": file.name,
        "hash": file.sha256,
        "hash_algorithm": str(SHA256),
        "name": file.name,
        "description": f"{title.vi} / {title.en}",
        "format": file.kind.ckan,
        "mimetype": file.media_type,
        "license": dataset.licence_iri(settings),
    }
    return WantedResource(
        file=file,
        fields=fields,
        is_upload=file.bytes <= ckan.upload_limit_mb * 1_000_000,
        address=address,
        table=_table(dataset, file) if file.format == "csv" else None,
        view=_VIEWS.get(file.format),
    )


def _table(dataset: DatasetFiles, file: DataFile) -> WantedTable:
    fields = [_field(column) for column in dataset.dataset.columns]
    content = json.dumps([file.sha256, fields], sort_keys=True)
    return WantedTable(fields, dataset.rows, hashlib.sha256(content.encode()).hexdigest())


def _field(column: Column) -> dict[str, Any]:
    kind = "text" if column.values == "list" else "int8" if column.values == "count" else _TYPES[column.type]
    notes = f"{column.meaning.vi} / {column.meaning.en}"
    return {
        "id": column.name,
        "type": kind,
        "info": {"label": f"{column.title.vi} / {column.title.en}", "notes": notes},
    }
