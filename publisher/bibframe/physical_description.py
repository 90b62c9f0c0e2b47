"""Physical description in codes: 007, by category of material.

`vocab/physical-description.tsv` says what each code makes; the tables here say in which order, and which of them give
way to a field that says the same in words.

Source: Conversion specification 2.10, 001-007.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from publisher.bibframe.codes import coded, labelled
from publisher.bibframe.field import MarcField
from publisher.bibframe.fixed_data import carrier_of_item, carriers_named
from publisher.bibframe.recordview import RecordView
from publisher.bibframe.rule import INSTANCE, WORK, Rule, fact_rule
from publisher.rdf.codelists import Code, codelist
from publisher.rdf.description import Arcs, Node

# fmt: off
CATEGORIES = {
    "a": "00-media 01-genreForm 01-carrier 04-baseMaterial 03-colorContent 05-generation 06-productionMethod "
         "07-polarity",
    "c": "00-media 01-carrier 04-dimensions 03-colorContent 05-soundContent",
    "d": "01-genreForm 00-media 00-carrier 04-baseMaterial 03-colorContent 05-generation",
    "g": "00-media 01-carrier 04-baseMaterial 03-colorContent 05-soundContent 06-recordingMedium 07-dimensions "
         "08-mount 08-mount2",
    "h": "00-media 01-carrier 03-polarity 04-dimensions 05-reductionRatioRange 06-reductionRatio 09-colorContent "
         "10-emulsion 11-generation 12-baseMaterial",
    "k": "00-media 01-genreForm 01-carrier 03-colorContent 04-baseMaterial 05-mount",
    "m": "00-media 04-aspectRatio 04-aspectRatio2 04-aspectRatioNote 09-genreForm 01-carrier 03-colorContent "
         "05-soundContent 04-presentationFormat 06-recordingMedium 07-dimensions 08-playbackChannels 10-polarity "
         "11-generation 12-baseMaterial",
    "s": "00-media 01-carrier 03-playingSpeed 04-playbackChannels 05-grooveCharacteristic 06-dimensions 07-tapeWidth "
         "08-tapeConfig 09-generation 10-baseMaterial 10-baseMaterial2 11-cutting 12-playbackCharacteristic "
         "12-recordingMethod 13-captureStorage",
    "v": "00-media 01-carrier 03-colorContent 04-videoFormat 04-encodingFormat 05-soundContent 06-recordingMedium "
         "07-dimensions 08-playbackChannels",
}
"""007/00, and the elements of such a 007 in the order in which they are made: position and what it tells."""
# fmt: on

OTHER_LISTS = {
    "reductionRatioRange": ("bf:reductionRatio", "bf:ReductionRatio", "reduction-ratios"),
    "playingSpeed": ("bf:soundCharacteristic", "bf:PlayingSpeed", "playback-speeds"),
    "tapeConfig": ("bf:soundCharacteristic", "bf:TapeConfig", "tape-configurations"),
    "captureStorage": ("bf:soundCharacteristic", "bf:CaptureStorage", "capture-and-storage"),
}
"""Elements that have a code list of their own."""

SAID_IN = {
    "recordingMedium": "344", "playbackChannels": "344", "grooveCharacteristic": "344", "playbackCharacteristic": "344",
    "recordingMethod": "344", "presentationFormat": "345", "videoFormat": "346", "encodingFormat": "347",
    "dimensions": "300", "tapeWidth": "300", "media": "337",
}  # fmt: skip
"""Elements that give way to a field: to its words in 344-347, to any $c in 300, to any 337."""

CONTENT_TYPES = "http://id.loc.gov/vocabulary/contentTypes/"


class Facts(NamedTuple):
    """What of the record decides what a 007 makes."""

    codes: str
    said: frozenset[tuple[str, str]]
    carriers: frozenset[str]


def _physical(field: MarcField, record: RecordView) -> Facts | None:
    if field.content[:1] not in CATEGORIES:
        return None
    profile = field.profile
    carriers = carriers_named(record)
    if profile.instance_type != "SecondaryInstance":
        told = carrier_of_item(profile.record_type, profile.level, record.control("008"))
        carriers |= {told}
    return Facts(field.content[:14], _said(record), carriers)


def _said(record: RecordView) -> frozenset[tuple[str, str]]:
    said = {(f.tag, value) for f in record.all("344", "345", "346", "347") for _, value in f.subfields}
    known = {word for word in said if word[1] in _words()}
    if record.has("337"):
        known.add(("337", ""))
    if any(field.has("c") for field in record.all("300")):
        known.add(("300", ""))
    return frozenset(known)


@cache
def _words() -> frozenset[str]:
    return frozenset(row.en for row in codelist("physical-description").values())


def physical(facts: Facts) -> Arcs:
    """Make what the codes tell of the carrier and how it is to be played, viewed or read."""
    category = facts.codes[:1]
    for position, name in _elements(category):
        value = facts.codes[position : position + 1]
        if name == "reductionRatio":
            yield from _reduction_ratio(facts.codes[6:9])
        elif name in OTHER_LISTS:
            yield from coded(*OTHER_LISTS[name], value)
        elif (row := _row(facts.codes, category, position, name)) is not None and not _told(name, row, facts):
            yield from _made(name, row)


@cache
def _elements(category: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(element[:2]), element[3:]) for element in CATEGORIES[category].split())


def _row(codes: str, category: str, position: int, name: str) -> Code | None:
    value = codes[position : position + 1].replace(" ", "#")
    if name == "grooveCharacteristic":  # the name of a groove's pitch depends on the kind of recording (007/03)
        value = value + codes[3:4] if value + codes[3:4] in ("mi", "sh") else value
    return codelist("physical-description").get(f"{category}{position:02}{value}-{name}") if value else None


def _told(name: str, row: Code, facts: Facts) -> bool:
    if name == "carrier":
        return row.iri.rpartition("/")[2] in facts.carriers
    tag = SAID_IN.get(name)
    return tag is not None and ((tag, "") in facts.said or (tag, row.en) in facts.said)


def _made(name: str, row: Code) -> Arcs:
    prop, cls = row.more["property"], row.more["class"]
    if name == "aspectRatioNote":
        yield prop, Node("bf:AspectRatio", ("bf:note", labelled("bf:Note", row.en)))
    elif cls:
        yield prop, labelled(cls, row.en, row.iri)
    else:
        yield prop, row.en


def _reduction_ratio(ratio: str) -> Arcs:
    if ratio.strip() and ratio not in ("|||", "---"):
        yield "bf:reductionRatio", labelled("bf:ReductionRatio", ratio)


def _content(field: MarcField, record: RecordView) -> str | None:
    """Return the content type that the category of material tells, where neither 336 nor the leader does."""
    if record.has("336"):
        return None
    category, designation, record_type = field.content[:1], field.content[1:2], field.profile.record_type
    if category == "d" or (category == "a" and designation == "q"):
        return "crf"
    if category == "a" and designation in "dgjkrsy" and record_type not in ("e", "f"):
        return "cri"
    if category in ("g", "k") and record_type != "k":
        return "sti"
    if category in ("m", "v") and record_type != "g":
        return "tdi"
    return None


_CONTENT = {
    "crf": "cartographic three-dimensional form", "cri": "cartographic image", "sti": "still image",
    "tdi": "two-dimensional moving image",
}  # fmt: skip


def content(code: str) -> Arcs:
    """Make the content type."""
    return [("bf:content", labelled("bf:Content", _CONTENT[code], CONTENT_TYPES + code))]


RULES: list[Rule] = [
    fact_rule(
        "007", "Physical Description Fixed Field: content type", "R", WORK, _content, content,
        example="007 vd",
        makes='bf:content [bf:Content <http://id.loc.gov/vocabulary/contentTypes/tdi> rdfs:label '
        '"two-dimensional moving image"]',
    ),
    fact_rule("007", "Physical Description Fixed Field", "R", INSTANCE, _physical, physical),
]  # fmt: skip
