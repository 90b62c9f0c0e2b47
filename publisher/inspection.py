"""`rong source inspect`: what a file is, what is in it, and for a sheet the mapping that we propose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from publisher.errors import SourceError
from publisher.sources import Rejected, describe, open_source
from publisher.sources.files import passed_over
from publisher.sources.formats import FORMATS
from publisher.sources.sheet.mapping import load
from publisher.sources.sheet.reader import Look, looked_at, proposed
from publisher.sources.stream import opened

_EXAMPLES = 3
_NAMED = 10


def inspect(path: Path, mapping: Path | None = None) -> Iterator[str]:
    """Yield lines about the source at `path`, in Vietnamese and English; those of a proposal are TOML.

    Everything that is not TOML begins with "# ", so that the whole may be saved as a mapping file. Raises `SourceError`
    when the source cannot be read at all.
    """
    descriptions = describe(path, format=_sheet_with(mapping, path))
    for description in descriptions:
        yield f"# {description.sentence('vi')}"
        yield f"# {description.sentence('en')}"
    looks: list[Look] = []
    if path.is_file() and FORMATS[descriptions[0].format].split is None:
        with opened(path, str(path)) as stream:
            looks = looked_at(stream, descriptions[0].format, mapping=load(mapping) if mapping else None)
        yield from _of_sheets(looks)
    try:
        yield from _counts(path, mapping)
    except SourceError as error:
        if looks and not any(map(any, (look.meanings for look in looks))):
            yield f"# Chưa đọc được {path}: chưa biết cột nào là gì; hãy điền các dòng dưới [columns] rồi lưu lại."
            yield "# Not readable yet: no column is known; fill in what is below [columns] and save it as a mapping."
        else:
            yield f"# Chưa đọc được · Not readable yet: {error}"
    if path.is_dir():
        yield from _passed_over(path)
    if mapping is None and (mapping_file := proposed(looks)):
        yield ""
        yield from mapping_file.splitlines()


def _sheet_with(mapping: Path | None, path: Path) -> str | None:
    """Return "csv" for text whose headings nobody knows: by its ending it was meant as a table."""
    try:
        describe(path)
    except SourceError:
        if mapping is not None or path.suffix.lower() in (".csv", ".tsv"):
            return "csv"
    return None


def _of_sheets(looks: list[Look]) -> Iterator[str]:
    for look in looks:
        unread = [heading for heading, meaning in zip(look.headings, look.meanings, strict=False) if not meaning]
        name = f'"{look.sheet}": ' if look.sheet else ""
        rows, at = look.rows, look.heading_row
        yield f"# {name}{rows} dòng, tiêu đề ở dòng {at} · {rows} rows, headings in row {at}"
        if named := ", ".join(filter(None, unread)):
            yield f"# Cột chưa rõ, không đọc · Columns that are not known and not read: {named}"


def _passed_over(folder: Path) -> Iterator[str]:
    """Name the files of a folder that are not read, so that nobody believes they were."""
    found = [path.relative_to(folder).as_posix() for path in passed_over(folder)]
    if found:
        names = ", ".join(found[:_NAMED]) + (", …" if len(found) > _NAMED else "")
        yield f"# {len(found)} tệp không đọc vì đuôi tên tệp · files not read, for their endings: {names}"


def _counts(path: Path, mapping: Path | None) -> Iterator[str]:
    records, copies = 0, 0
    kinds: Counter[str] = Counter()
    rejected: Counter[str] = Counter()
    warnings: Counter[str] = Counter()
    examples: list[str] = []
    for item in open_source(path, mapping=mapping):
        if isinstance(item, Rejected):
            rejected[item.rule] += 1
            if len(examples) < _EXAMPLES:
                examples.append(item.reason)
            continue
        records += 1
        kinds[item.kind] += 1
        copies += len(item.all("852", "952", "876"))
        warnings.update(reason for _, reason in item.warnings)
    refused = sum(rejected.values())
    yield f"# {records} biểu ghi, {copies} bản tài liệu, {refused} bị từ chối"
    yield f"# {records} records, {copies} copies, {refused} rejected"
    for kind, count in kinds.most_common():
        if kind != "bibliographic":
            yield f"# {count} × {kind}: không công bố · not published"
    for rule, count in rejected.most_common():
        yield f"# {count} × {rule}"
    for reason in examples:
        yield f"#   {reason}"
    for reason, count in warnings.most_common(5):
        yield f"# {count} × {reason}"
