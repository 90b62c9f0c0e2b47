"""The files of a dataset, and what is known of them. `publisher.exports.cut` writes them into a folder:

FOLDER/{name}/{name}.csv ...   the files
FOLDER/{name}/SHA256SUMS       their checksums, as `sha256sum -c` reads them
FOLDER/{name}/dataset.json     the facts: rows, sizes, checksums, columns, when the content last changed
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import Field, ValidationError

from publisher.config import Settings
from publisher.errors import ExportError
from publisher.exports.declaration import Dataset
from publisher.exports.formats import MEDIA_TYPES_OF_PACKINGS, Format, Kind, Packing, kind_of, packing_of
from publisher.exports.summary import ColumnFacts
from publisher.release.release import identifier
from publisher.toml_model import TomlModel

FACTS = "dataset.json"
CHECKSUMS = "SHA256SUMS"
CATALOGUE = "catalog.ttl"


class DataFile(TomlModel):
    """One file of a dataset. `format` is also the end of its name."""

    format: Format
    name: str
    bytes: int
    sha256: str

    @property
    def kind(self) -> Kind:
        """What is in the file when it is unpacked."""
        return kind_of(self.format)

    @property
    def packing(self) -> Packing:
        """How the file is packed, "" when it is not."""
        return packing_of(self.format)

    @property
    def media_type(self) -> str:
        """The media type of the file as it is sent."""
        return MEDIA_TYPES_OF_PACKINGS[self.packing] if self.packing else self.kind.media_type


class DatasetFiles(TomlModel):
    """A dataset as it was cut from a release.

    `rows` counts rows, or statements for the whole graph. `modified` is when the release was made in which the content
    last changed; `counts` are what the declared chart shows; `warnings` counts what was found that the declaration does
    not allow.
    """

    dataset: Dataset
    release: str
    created: datetime
    modified: datetime
    rows: int
    files: tuple[DataFile, ...]
    column_facts: tuple[ColumnFacts, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    warnings: dict[str, int] = Field(default_factory=dict)

    @property
    def version(self) -> str:
        """The release in which the content last changed: one that leaves a dataset as it was makes no new version."""
        return identifier(self.modified)

    @property
    def name(self) -> str:
        """The name of the dataset."""
        return self.dataset.name

    def licence_iri(self, settings: Settings) -> str:
        """Return the IRI of the licence: the dataset's own, or that of `settings`, or "" where there is none."""
        licence = self.dataset.declaration.licence or settings.licence
        return licence.iri if licence else ""

    def file(self, kind: Format) -> DataFile | None:
        """Return the file in the format `kind`, or None."""
        return next((file for file in self.files if file.format == kind), None)


def read_datasets(folder: Path) -> list[DatasetFiles]:
    """Return the datasets that `write_datasets` wrote into `folder`; raises `ExportError` if one cannot be read."""
    found = []
    for path in sorted(folder.glob(f"*/{FACTS}")):
        try:
            found.append(DatasetFiles.model_validate_json(path.read_bytes()))
        except (OSError, ValidationError) as problem:
            raise ExportError(f"{path}: the facts of this dataset cannot be read; build again ({problem}).") from None
    return sorted(found, key=lambda written: (written.dataset.declaration.order, written.name))


def datasets_before(folder: Path) -> list[DatasetFiles]:
    """Return the datasets in `folder`, none when they cannot be read: an older Rông may have written them.

    They only say since when the content has been what it is, so a release is made without them.
    """
    try:
        return read_datasets(folder)
    except ExportError:
        return []
