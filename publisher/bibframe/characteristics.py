"""Sound, projection, video, digital file and notated music characteristics: 344-348.

Source: Conversion specification 2.10, 3XX. The terms that have addresses are in `vocab/media-characteristics.tsv` and
`vocab/encoding-formats.tsv`. A term that an earlier field with the same tag has already is not said twice.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from publisher.bibframe.field import MarcField, Profile
from publisher.bibframe.recordview import RecordView
from publisher.bibframe.rule import INSTANCE, WORK, Rule, fact_rule
from publisher.bibframe.shapes import authority
from publisher.bibframe.subfields import applies_to, source
from publisher.bibframe.text import chop
from publisher.rdf.codelists import Code, codelist
from publisher.rdf.description import Arc, Arcs, Iri, literal, node
from publisher.rdf.text import squeeze
from publisher.sources.record import Field

SOUND, PROJECTION = "bf:soundCharacteristic", "bf:projectionCharacteristic"
VIDEO, DIGITAL = "bf:videoCharacteristic", "bf:digitalCharacteristic"

CHARACTERISTICS = {
    "344a": (SOUND, "bf:RecordingMethod"),
    "344b": (SOUND, "bf:RecordingMedium"),
    "344c": (SOUND, "bf:PlayingSpeed"),
    "344d": (SOUND, "bf:GrooveCharacteristic"),
    "344e": (SOUND, "bf:TrackConfig"),
    "344f": (SOUND, "bf:TapeConfig"),
    "344g": (SOUND, "bf:PlaybackChannels"),
    "344h": (SOUND, "bf:PlaybackCharacteristic"),
    "344i": ("bf:soundContent", "bf:SoundContent"),
    "344j": (SOUND, "bf:CaptureStorage"),
    "345a": (PROJECTION, "bf:PresentationFormat"),
    "345b": (PROJECTION, "bf:ProjectionSpeed"),
    "345c": ("bf:aspectRatio", "bf:AspectRatio"),
    "345d": ("bf:aspectRatio", "bf:AspectRatio"),
    "346a": (VIDEO, "bf:VideoFormat"),
    "346b": (VIDEO, "bf:BroadcastStandard"),
    "347a": (DIGITAL, "bf:FileType"),
    "347b": (DIGITAL, "bf:EncodingFormat"),
    "347c": (DIGITAL, "bf:FileSize"),
    "347d": (DIGITAL, "bf:Resolution"),
    "347e": (DIGITAL, "bf:RegionalEncoding"),
    "347f": (DIGITAL, "bf:EncodedBitrate"),
    "348a": ("bf:musicFormat", "bf:MusicFormat"),
    "348c": ("bf:notation", "bf:MusicNotation"),
}
"""Tag and subfield: the property and the class."""


class Facts(NamedTuple):
    """A field, and the terms that are in earlier fields with its tag."""

    tag: str
    content: str
    lang: str
    profile: Profile
    said: frozenset[str]


def facts(field: MarcField, record: RecordView) -> Facts:
    """Gather what `characteristics` depends on."""
    earlier = [each for each in record.all(field.tag) if each.position < field.position and not each.vernacular]
    said = frozenset(value for each in earlier for _, value in each.subfields)
    return Facts(field.tag, field.content, field.lang, field.profile, said)


def characteristics(facts: Facts) -> Arcs:
    """Make a resource of each term, named where the term is one of the lists'."""
    field = MarcField(Field(facts.tag, facts.content), facts.profile, lang=facts.lang)
    # A further instance of a work is that part of the material that $3 names.
    part = list(applies_to(field)) if facts.profile.instance_type != "SecondaryInstance" else []
    for at, (code, value) in enumerate(field.subfields):
        which = facts.tag + code
        if which not in CHARACTERISTICS:
            continue
        term, name = _term(which, value)
        if not term or term in facts.said:
            continue
        prop, cls = CHARACTERISTICS[which]
        first, known = authority(field, at)
        if first is not None and first != name:
            known.insert(0, ("madsrdf:hasRelatedAuthority", first))
        known = [arc for arc in known if arc[1] != name]
        label = "rdf:value" if which == "345c" else "rdfs:label"
        arcs: list[Arc] = [(label, literal(term, field.lang)), *known, *part, *source(field)]
        yield prop, node(cls, arcs, name)


def _term(which: str, value: str) -> tuple[str, Iri | None]:
    if which == "347b":
        return _encoding_format(value)
    if which == "344j":
        return value, next((Iri(row.iri) for row in codelist("capture-and-storage").values() if row.en == value), None)
    row = codelist("media-characteristics").get(f"{which} {value.lower() if which == '344i' else value}")
    return value, Iri(row.iri) if row else None


def _encoding_format(value: str) -> tuple[str, Iri | None]:
    plain = squeeze(value.lower().replace("-", ""))
    for row in _formats():
        if row.code in plain:
            return row.en if row.code in ("bluray", "dvd") else chop(value), Iri(row.iri)
    return chop(value), None


@cache
def _formats() -> list[Code]:
    return sorted(codelist("encoding-formats").values(), key=lambda row: int(row.more["rank"]))


# fmt: off
RULES: list[Rule] = [
    fact_rule("344", "Sound Characteristics", "R", INSTANCE, facts, characteristics,
              example="344 ## $gstereo$2rda",
              makes='bf:soundCharacteristic [bf:PlaybackChannels <http://id.loc.gov/vocabulary/mplayback/ste> '
                    'rdfs:label "stereo"; bf:source [bf:Source bf:code "rda"]]'),
    fact_rule("345", "Moving Image Characteristics", "R", INSTANCE, facts, characteristics,
              example="345 ## $c16:9",
              makes='bf:aspectRatio [bf:AspectRatio rdf:value "16:9"]'),
    fact_rule("346", "Video Characteristics", "R", INSTANCE, facts, characteristics,
              example="346 ## $bPAL",
              makes='bf:videoCharacteristic [bf:BroadcastStandard <http://id.loc.gov/vocabulary/mbroadstd/pal> '
                    'rdfs:label "PAL"]'),
    fact_rule("347", "Digital File Characteristics", "R", INSTANCE, facts, characteristics,
              example="347 ## $bDVD-Video$c4,7 GB",
              makes='bf:digitalCharacteristic [bf:EncodingFormat <http://id.loc.gov/vocabulary/mencformat/dvdv> '
                    'rdfs:label "DVD video"]; bf:digitalCharacteristic [bf:FileSize rdfs:label "4,7 GB"]'),
    fact_rule("348", "Notated Music Characteristics", "R", WORK, facts, characteristics,
              example="348 ## $astudy score",
              makes='bf:musicFormat [bf:MusicFormat <http://id.loc.gov/vocabulary/mmusicformat/studyscore> '
                    'rdfs:label "study score"]'),
]
