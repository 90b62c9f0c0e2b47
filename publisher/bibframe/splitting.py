"""One record that describes several things is split into one record each, before conversion.

    [principal, *others] = split(record, "http://example.org/")

A record may describe a map and its digitized image, or a book and the disc that comes with it, in several 007, 300 and
856. The first record keeps the work and its first instance; each further one is a small record with a 758 that points
to the work, which `publisher.bibframe.conversion` reads as a further instance of it. Conversion does not split unless
it is asked to: neither does the reference, whose Preprocess 0 is a program of its own.

Where the records of a file are to stay one each (`rong build`: one row in the ledger, one key), `describe_parts` joins
what the small records say to the description of the first, as further instances of its work.

Source: Preprocess 0, version 2.10. Unlike the reference, an 856 that is not split off stays in the first record even if
its second indicator is none that MARC 21 defines, and a field is not said twice of one instance.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from publisher.bibframe.conversion import INSTANCE_OF, Conversion
from publisher.bibframe.locations import OF_THE_RESOURCE, is_contents, web_address
from publisher.bibframe.text import chop
from publisher.rdf.codelists import codelist
from publisher.rdf.description import Local, node
from publisher.rdf.iri import fit_iri
from publisher.rdf.resource import Description, Made
from publisher.rdf.text import percent_encode, squeeze
from publisher.sources.record import Field, Record

OF_PARTS = frozenset({"336", "337", "338", "344", "346", "347", "348"})
"""Fields that tell in $3 which part of the material they are about."""
ON_LINE = ("856", "859")

PARTS_BY_EXTENT = (
    ("audio disc", "", "audio disc", "CD", "spoken word", "audio"),
    ("sound disc", "", "audio disc", "CD", "spoken word", "audio"),
    ("audiocassette", "", "audiocassette", "spoken word", "audio"),
    ("audio file", "", "audio file", "audio", "spoken word"),
    ("sound file", "", "sound file", "spoken word", "audio"),
    ("video file", "", "video file", "video", "two-dimensional moving image"),
    ("videodisc", "", "videodisc", "DVD", "BluRay", "Blu-ray disc", "moving image", "video",
     "two-dimensional moving image", "laser optical"),
    ("DVD video", "", "videodisc", "DVD", "moving image", "two-dimensional moving image", "video", "laser optical"),
    ("reel", "g", "film reel", "projected", "two-dimensional moving image"),
    ("book", "", "book"),
    ("manuscript", "", "manuscript"),
    ("score", "", "score"),
    ("folio", "", "folio"),
    ("lesson guide", "", "lesson guide"),
)  # fmt: skip
"""Words of an extent, the leader/06 they need ("" any), and what $3 of other fields may call such a part."""

MEDIA = (("audio", "s", ("audio", "sound"), ("audio", "sound")),
         ("projected", "g", ("moving",), ("moving", "film", "DVD", "Blu")),
         ("video", "v", ("video",), ("video",)))  # fmt: skip
"""A media type, its code, and the words in $3 of 300, or in $a where $3 says "all", that tell it."""
UNMEDIATED = (("a", "unmediated"), ("b", "n"))


@dataclass(slots=True)
class Part:
    """One of the things that a record describes: its 300, first, and the fields that are about it."""

    fields: list[Field]

    @property
    def extent(self) -> Field:
        """The 300 of the part."""
        return self.fields[0]


def split(record: Record, base: str, key: str = "") -> list[Record]:
    """Return `record` as one record for each instance it describes, the principal one first; itself if that is one.

    `base` begins the IRIs of works, as it does in conversion: the others point to the work of the first, whose key is
    `key`, or 001 where that is not given.
    """
    if any("SplitMARC" in field.all("a") for field in record.all("958")):
        return [record]
    parts = _parts(record)
    physical = [field for field in record.all("007") if field.content[:1] != "c"]
    on_line = _versions_on_line(record)
    if len(physical) < 2 and not on_line and len(record.all("300")) <= 1:
        return [record]
    key = key or percent_encode(squeeze(record.control("001")))
    work = f"{base}{key}#Work"
    others = [
        _further(record, work, f"{key}-0{n}", part.fields if part else [], part, its_007)
        for n, its_007 in enumerate(physical[1:], start=2)
        for part in (parts[n - 1] if n <= len(parts) else None,)
    ]
    others += [_on_line(record, work, f"{key}-85X-{n}", field) for n, field in enumerate(on_line, start=1)]
    first_left = max(len(physical), 1)
    offset = len(physical) + len(record.all("856"))
    for n, part in enumerate(parts[first_left:], start=first_left + 1):
        fields = part.fields if _has_media(part.fields) else [*part.fields, _media(part.extent)]
        others.append(_further(record, work, f"{key}-0{offset + n}", fields, part, None))
    if not others:
        return [record]
    return [_principal(record, parts, physical, on_line), *others]


OF_THIS_RECORD = "urn:x-rong:split:"
"""Begins the work's IRI while the parts of one record are described; it never leaves."""


def describe_parts(conversion: Conversion, record: Record, key: str) -> Description:
    """Return the description of `record`, its further parts as instances of the same work without names of their own.

    `key` is what the record's IRIs are made from, as in `Conversion.describe`. The addresses of versions on line stand
    on the first instance as well, as they do in a record that is not split: who looks in either place finds them.
    """
    first, *others = split(record, OF_THIS_RECORD, key)
    description = conversion.describe(first, key, base=OF_THIS_RECORD)
    for other in others:
        part = conversion.describe(other, key, base=OF_THIS_RECORD)
        arcs = [*part.instance.arcs(), ("bf:instanceOf", Local("Work"))]
        last = len(first.fields) + 2
        description.work.parts.append((last, Made((("bf:hasInstance", node("bf:Instance", arcs)),))))
        if addresses := tuple(arc for arc in arcs if arc[0] == "bf:electronicLocator"):
            description.instance.parts.append((last, Made(addresses)))
        description.warnings += [each for each in part.warnings if each not in description.warnings]
    return description


def _versions_on_line(record: Record) -> list[Field]:
    """Return the 856 and 859 that are instances of their own, if the record is not of one of those itself."""
    extent = record.first("300")
    if extent is not None and "nline resource" in extent.first("a"):
        return []
    return [
        field
        for field in record.all(*ON_LINE)
        if field.ind2 in OF_THE_RESOURCE
        and fit_iri(web_address(field.first("u")))
        and not is_contents(field)
        and not any(text in field.first("u") for text in codelist("link-exclusions"))
    ]


# What a record describes ----------------------------------------------------------------------------------------------


def _parts(record: Record) -> list[Part]:
    """Return the parts of the material: a 300 each, or those that $e of the only 300 lists."""
    extents = record.all("300")
    parts: list[Part] = []
    kind = record.leader[6:7]
    for field in extents:
        accompanying = field.first("e") if len(extents) == 1 else ""
        kept = [(c, v) for c, v in field.subfields if c != "3" and not (c == "e" and len(extents) == 1)]
        called = [("3", value) for value in field.all("3")] or _called(field.first("a"), kind)
        parts.append(Part([Field.data("300", field.ind1 + field.ind2, *called, *kept)]))
        parts += [Part([_accompanying(each)]) for each in accompanying.split("+") if accompanying]
    about = record.all(*OF_PARTS)
    for part in parts:
        for called_so in part.extent.all("3"):
            found = [field for field in about if any(called_so in value for value in field.all("3"))]
            found += [field for field in about if not field.has("3") and called_so in field.all("a")]
            part.fields += [field for field in found if field not in part.fields]
    return parts


def _called(extent: str, kind: str) -> list[tuple[str, str]]:
    for words, needed, *names in PARTS_BY_EXTENT:
        if words in extent and needed in ("", kind):
            return [("3", name) for name in names]
    return [("3", "all")]


def _accompanying(text: str) -> Field:
    """Return the 300 of accompanying material: "1 videodisc (40 min. : sd., col. ; 12 cm)"."""
    extent, colon, details = text.partition(":")
    if colon:
        extent += ")"
    else:
        details = text.partition("(")[2]
    other, semicolon, _ = details.partition(";")
    values = (("a", extent), ("b", other if semicolon else ""), ("c", text.partition(";")[2]))
    return Field.data("300", "  ", *_called(extent, ""), *((code, value) for code, value in values if value))


def _has_media(fields: Iterable[Field]) -> bool:
    return any(field.tag == "337" for field in fields)


def _media(extent: Field) -> Field:
    """Return the 337 that the words of a 300 tell, for a part without 007 or 337."""
    called, said = extent.first("3"), extent.first("a")
    for name, code, in_called, in_said in MEDIA:
        if any(word in called for word in in_called) or (called == "all" and any(word in said for word in in_said)):
            return Field.data("337", "  ", ("a", name), ("b", code))
    return Field.data("337", "  ", *UNMEDIATED)


# The records ----------------------------------------------------------------------------------------------------------


def _principal(record: Record, parts: list[Part], physical: list[Field], on_line: list[Field]) -> Record:
    """Return the record with its first part only, without what the others took."""
    first = parts[0].fields if parts else []
    taken = {id(field) for part in parts for field in part.fields} | {id(field) for field in on_line}
    fields = [record.first(tag) for tag in ("001", "003", "005", "006")]
    fields += [*physical[:1], record.first("008")]
    rest = [field for field in record.fields if not field.is_control and field.tag != "300" and id(field) not in taken]
    fields += [field for field in rest if field.tag < "300"]
    fields += first
    fields += [field for field in rest if field.tag in OF_PARTS]
    if first and not physical and not record.all("337"):
        fields.append(_media(first[0]))
    fields += [field for field in rest if field.tag > "300" and field.tag not in OF_PARTS]
    principal = _record(record, [field for field in fields if field is not None])
    principal.warnings += record.warnings
    principal.digital = record.digital
    return principal


def _further(
    record: Record, work: str, key: str, fields: list[Field], part: Part | None, its_007: Field | None
) -> Record:
    """Return the small record of a further instance."""
    if part is not None and part.extent.first("a"):
        title = f"[{chop(part.extent.first('a'))}]"
    else:
        title = _title(its_007.content if its_007 is not None else "")
    return _small(record, work, key, its_007, title, fields)


def _on_line(record: Record, work: str, key: str, field: Field) -> Record:
    """Return the small record of a version on line."""
    computer = next((each for each in record.all("007") if each.content[:1] == "c"), Field("007", "cr |||||||||||"))
    kinds = [
        Field.data("337", "  ", ("a", "computer"), ("b", "c"), ("2", "rdamedia")),
        Field.data("338", "  ", ("a", "online resource"), ("b", "cr"), ("2", "rdacarrier")),
    ]
    return _small(record, work, key, computer, field.first("3") or _title("c"), [*kinds, field])


def _title(its_007: str) -> str:
    titles = codelist("split-instance-titles")
    called = titles.label(its_007[:2], "en") or titles.label(its_007[:1], "en") or "Unknown"
    return f"[{called}]"


def _small(record: Record, work: str, key: str, its_007: Field | None, title: str, fields: list[Field]) -> Record:
    common = [Field("001", key), record.first("005"), its_007, record.first("008")]
    made = [
        *common,
        *record.all("040"),
        Field.data("245", "00", ("a", title)),
        *fields,
        Field.data("758", "  ", ("4", INSTANCE_OF), ("1", work)),
        Field.data("958", "  ", ("a", "SplitMARC")),
    ]
    return _record(record, [field for field in made if field is not None])


def _record(record: Record, fields: list[Field]) -> Record:
    placed = [Field(field.tag, field.content, position) for position, field in enumerate(fields, start=2)]
    return Record(record.leader, placed, source=record.source, position=record.position, raw=record.raw)
