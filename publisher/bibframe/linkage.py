"""Which fields are converted, and which are the same field in another script ($6 and 880).

Source: Conversion specification 2.10, Process 0-9 (880 and $6); `vocab/linked-fields.tsv` says of each tag whether a
pair is converted from its regular field or from its 880; of tags that are not listed both are converted.
"""

from __future__ import annotations

from functools import cache

from publisher.bibframe.field import MarcField, Profile
from publisher.bibframe.language import field_language
from publisher.rdf.codelists import codelist
from publisher.sources.record import DELIMITER, Field, Record

_LINKED = f"{DELIMITER}6"
_IN_A_LANGUAGE = f"{DELIMITER}7"


@cache
def _each_converted() -> dict[str, bool]:
    """Tag -> whether the 880 of a pair is converted (else the pair is converted from its regular field)."""
    return {tag: row.more["convert_linked"] == "true" for tag, row in codelist("linked-fields").items()}


def linked_fields(record: Record, profile: Profile) -> list[MarcField]:
    """Return the fields of `record` that are to be converted, in order, each knowing its language and its twin."""
    has_880 = any(field.tag == "880" for field in record.fields)
    fields = []
    for field in record.fields:
        content = field.content
        if _LINKED in content or _IN_A_LANGUAGE in content or field.tag in ("242", "880"):
            tag, _ = _link(field)
            fields.append(MarcField(field, profile, lang=field_language(field, record), tag=tag))
        else:
            fields.append(MarcField(field, profile))
    return _joined(fields) if has_880 else fields


_NO_LINK = ("", "00")
"""Occurrence numbers of $6 that link to nothing."""


def _link(field: Field) -> tuple[str, str]:
    """Return the tag a field is to be read as, and the occurrence number of its $6."""
    six = field.first("6")
    tag = six[:3] if field.tag == "880" else field.tag
    return tag, six.partition("-")[2][:2]


def _joined(fields: list[MarcField]) -> list[MarcField]:
    """Join each field with the first 880 that is linked to it; further 880s of the same link stand by themselves."""
    regular: dict[tuple[str, str], MarcField] = {}
    vernacular: dict[tuple[str, str], MarcField] = {}
    for field in fields:
        link = (field.tag, field.first("6").partition("-")[2][:2])
        if link[1] not in _NO_LINK:
            (vernacular if field.vernacular else regular).setdefault(link, field)
    converted = []
    for field in fields:
        link = (field.tag, field.first("6").partition("-")[2][:2])
        if not field.vernacular:
            field.twin = vernacular.get(link)
        elif vernacular.get(link) is field:
            field.twin = regular.get(link)
        if field.twin is None or field.tag not in _each_converted() or _each_converted()[field.tag] == field.vernacular:
            converted.append(field)
    return converted
