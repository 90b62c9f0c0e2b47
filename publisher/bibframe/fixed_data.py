"""Coded data about the whole item: 008, by kind of material. (006 is not converted: the specification says "nac".)

Each kind of material is a table of elements: the positions in 008 as MARC 21 numbers them, and what their codes make.
An element is left out where a field says the same in words: it then stands among the facts as (tag, text).

Source: Conversion specification 2.10, 006, 008; dates and places (008/06-17) belong to the provision activity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from publisher.bibframe.codes import coded, labelled, typed_note
from publisher.bibframe.field import MarcField
from publisher.bibframe.languages import language_iri
from publisher.bibframe.recordview import RecordView
from publisher.bibframe.rule import ADMIN, INSTANCE, WORK, Rule, fact_rule
from publisher.bibframe.text import is_edtf, unknown_digits
from publisher.rdf.codelists import codelist
from publisher.rdf.description import Arc, Arcs, Iri, Node, Typed
from publisher.rdf.text import squeeze

GENRES = "http://id.loc.gov/authorities/genreForms/"
START = 18
"""The first position that differs by material; 008/18-34 are what the tables below read."""

Said = frozenset[tuple[str, str]]
"""What other fields say in words: ("655", "Biographies"), ("353", "index") ..."""

MakeOfCodes = Callable[[str, Said], Iterable[Arc]]


class Element(NamedTuple):
    """Positions `first` to `last` of 008, and what is made of them."""

    first: int
    last: int
    make: MakeOfCodes


def material(record_type: str, level: str) -> str:
    """Return the kind of material that 008/18-34 describe (leader/06-07): BK, CF, MP, MU, CR, VM, MX or "".

    Manuscript texts (`t`) are books, as the specification says; the reference stylesheet loses them to a misplaced
    parenthesis.
    """
    if record_type == "a" and level in ("b", "i", "s"):
        return "CR"
    if record_type in ("a", "t") and level in ("a", "c", "d", "m"):
        return "BK"
    return _MATERIALS.get(record_type, "")


_MATERIALS = {
    "m": "CF", "e": "MP", "f": "MP", "c": "MU", "d": "MU", "i": "MU", "j": "MU", "g": "VM", "k": "VM", "o": "VM",
    "r": "VM", "p": "MX",
}  # fmt: skip


def each(prop: str, cls: str, name: str, *said_in: str) -> MakeOfCodes:
    """Make `prop` of every code by list `name`, unless its label stands in one of the fields `said_in`."""

    def make(codes: str, said: Said) -> Iterable[Arc]:
        for code in codes:
            if not _is_said(name, code, said, said_in):
                yield from coded(prop, cls, name, code)

    return make


def pair(prop: str, cls: str, name: str, *said_in: str) -> MakeOfCodes:
    """Make `prop` of all positions together, one code of list `name`."""

    def make(code: str, said: Said) -> Iterable[Arc]:
        return () if _is_said(name, code, said, said_in) else coded(prop, cls, name, code)

    return make


def _is_said(name: str, code: str, said: Said, said_in: tuple[str, ...]) -> bool:
    if not said or not said_in:
        return False
    row = codelist(name).get(code)
    return row is not None and any((tag, text) in said for tag in said_in for text in (row.en, row.iri))


def flag(prop: str, cls: str, label: str, iri: str, *said_in: str) -> MakeOfCodes:
    """Make `prop` with one resource where the position is `1`."""

    def make(code: str, said: Said) -> Iterable[Arc]:
        if code == "1" and not any((tag, label) in said for tag in said_in):
            yield prop, labelled(cls, label, iri)

    return make


def inside(outer: str, outer_class: str, make_inner: MakeOfCodes) -> MakeOfCodes:
    """Hang each resource on a node of its own (`bf:cartographicAttributes [bf:Cartographic bf:relief ...]`)."""

    def make(codes: str, said: Said) -> Iterable[Arc]:
        for arc in make_inner(codes, said):
            yield outer, Node(outer_class, arc)

    return make


def contents(codes: str, said: Said) -> Iterable[Arc]:
    """Make the nature of contents: bibliographies, discographies and filmographies supplement the work."""
    for code in codes:
        if code in _SUPPLEMENTS:
            if not _is_said("nature-of-contents", code, said, ("353",)):
                yield from coded("bf:supplementaryContent", "bf:SupplementaryContent", "nature-of-contents", code)
        elif not _is_said("nature-of-contents", code, said, ("655",)):
            yield from coded("bf:genreForm", "bf:GenreForm", "nature-of-contents", code)


_SUPPLEMENTS = frozenset("bkq")


def duration(minutes: str, said: Said) -> Iterable[Arc]:
    """Make the running time of a film or video."""
    if minutes == "000":
        yield "bf:duration", "more than 999 minutes"
    elif minutes.isascii() and minutes.isdigit():
        yield "bf:duration", Typed(f"PT{minutes.lstrip('0')}M", "xsd:duration")


def unless_any(tags: tuple[str, ...], make_codes: MakeOfCodes) -> MakeOfCodes:
    """Make nothing where the record has one of `tags` at all."""

    def make(codes: str, said: Said) -> Iterable[Arc]:
        return () if any((tag, "") in said for tag in tags) else make_codes(codes, said)

    return make


ILLUSTRATIONS = each("bf:illustrativeContent", "bf:Illustration", "illustrative-content", "340")
AUDIENCE = each("bf:intendedAudience", "bf:IntendedAudience", "audiences")
GOVERNMENT = each("bflc:governmentPubType", "bflc:GovernmentPubType", "government-publications")
CONFERENCE = flag("bf:genreForm", "bf:GenreForm", "Conference papers and proceedings", GENRES + "gf2014026068")
FESTSCHRIFT = flag("bf:genreForm", "bf:GenreForm", "Festschriften", GENRES + "gf2016026082")
INDEX = flag(
    "bf:supplementaryContent",
    "bf:SupplementaryContent",
    "index",
    "http://id.loc.gov/vocabulary/msupplcont/index",
    "353",
)
RELIEF = inside("bf:cartographicAttributes", "bf:Cartographic", each("bf:relief", "bf:Relief", "relief"))
PROJECTION = inside(
    "bf:cartographicAttributes", "bf:Cartographic", pair("bf:projection", "bf:Projection", "map-projections")
)
MUSIC_SUPPLEMENT = unless_any(
    ("348$b", "348$0"), each("bf:supplementaryContent", "bf:SupplementaryContent", "music-accompanying-matter")
)
MUSIC_FORMAT = unless_any(("348$a",), each("bf:musicFormat", "bf:MusicFormat", "music-formats"))


def genre(name: str, *said_in: str) -> MakeOfCodes:
    """Make a genre of every code of list `name`, unless 655 (or one of `said_in`) gives the same term of LCGFT."""
    return each("bf:genreForm", "bf:GenreForm", name, "655", *said_in)


# fmt: off
WORK_ELEMENTS: dict[str, tuple[Element, ...]] = {
    "BK": (
        Element(18, 21, ILLUSTRATIONS),
        Element(22, 22, AUDIENCE),
        Element(24, 27, contents),
        Element(28, 28, GOVERNMENT),
        Element(29, 29, CONFERENCE),
        Element(30, 30, FESTSCHRIFT),
        Element(31, 31, INDEX),
        Element(33, 33, genre("literary-forms")),
        Element(34, 34, genre("biography")),
    ),
    "CF": (
        Element(22, 22, AUDIENCE),
        Element(26, 26, each("bf:genreForm", "bf:GenreForm", "computer-file-types")),
        Element(28, 28, GOVERNMENT),
    ),
    "MP": (
        Element(18, 21, RELIEF),
        Element(22, 23, PROJECTION),
        Element(28, 28, GOVERNMENT),
        Element(31, 31, INDEX),
        Element(33, 34, genre("map-formats")),
    ),
    "MU": (
        Element(22, 22, AUDIENCE),
        Element(24, 29, MUSIC_SUPPLEMENT),
        Element(18, 19, pair("bf:genreForm", "bf:GenreForm", "music-forms", "655")),
        Element(20, 20, MUSIC_FORMAT),
        Element(30, 31, genre("sound-literary-texts")),
    ),
    "CR": (
        Element(21, 21, each("bflc:serialPubType", "bflc:SerialPubType", "serial-types")),
        Element(24, 27, contents),
        Element(28, 28, GOVERNMENT),
        Element(29, 29, CONFERENCE),
        Element(33, 33, each("bf:notation", "bf:Script", "title-scripts")),
    ),
    "VM": (
        Element(22, 22, AUDIENCE),
        Element(28, 28, GOVERNMENT),
        Element(33, 33, genre("visual-material-types", "380")),
        Element(34, 34, each("bflc:movingImageTechnique", "bflc:MovingImageTechnique", "visual-techniques")),
        Element(18, 20, duration),
    ),
}
# fmt: on

FORM_OF_ITEM = {"BK": 23, "CF": 23, "MU": 23, "CR": 23, "MX": 23, "MP": 29, "VM": 29}
"""Where 008 has the form of the item."""

MEDIA_OF_FORM = {" ": "n", "d": "n", "f": "n", "r": "n", "o": "c", "q": "c", "s": "c"}


@cache
def _sayable() -> frozenset[str]:
    """Return every label and address that 008 could make: what other fields say beyond these is no fact of ours."""
    names = (
        "illustrative-content", "nature-of-contents", "literary-forms", "biography", "map-formats", "music-forms",
        "sound-literary-texts", "visual-material-types",
    )  # fmt: skip
    rows = [row for name in names for row in codelist(name).values()]
    return frozenset(text for row in rows for text in (row.en, row.iri)) | {"index"}


def said(record: RecordView) -> Said:
    """Return what 340, 348, 353, 380 and 655 of the record say that 008 could say as well."""
    words: set[tuple[str, str]] = set()
    for field in record.all("340", "348", "353", "380", "655"):
        if field.tag == "348":
            words.update((f"348${code}", "") for code in "ab0" if field.has(code))
        elif field.tag in ("340", "353"):
            words.update((field.tag, value) for value in field.all("0" if field.tag == "340" else "a"))
        elif "lcgft" in field.all("2"):
            words.update((field.tag, value.removesuffix(".")) for value in field.all("a"))
    return frozenset(word for word in words if not word[1] or word[1] in _sayable())


def carriers_named(record: RecordView) -> frozenset[str]:
    """Return the carrier types that 338 $b gives."""
    return frozenset(squeeze(value) for field in record.all("338") for value in field.all("b"))


def _language(field: MarcField, record: RecordView) -> str | None:
    code = field.content[35:38].lower()
    if len(code) == len("vie") and code.isascii() and code.isalpha():
        return code
    if code.strip(" |#\\"):
        record.warn("008", f"has no language code in positions 35-37 but {code!r}")
    return None


def language(code: str) -> Arcs:
    """Make the main language."""
    return [("bf:language", Iri(language_iri(code)))]


def _first_published(field: MarcField, record: RecordView) -> str | None:
    date = unknown_digits(field.content[11:15])
    return date if field.content[6:7] == "r" and date.strip(" |") and is_edtf(date.replace("|", "X")) else None


def first_published(date: str) -> Arcs:
    """Make the date of the original of a reprint."""
    return [("bf:originDate", Typed(date, "datatypes:edtf"))]


def _about_work(field: MarcField, record: RecordView) -> tuple[str, str, Said] | None:
    kind = material(field.profile.record_type, field.profile.level)
    return (kind, field.content[START:35], said(record)) if kind in WORK_ELEMENTS else None


def about_work(facts: tuple[str, str, Said]) -> Arcs:
    """Make what 008/18-34 tell of the work."""
    kind, data, words = facts
    for first, last, make in WORK_ELEMENTS[kind]:
        yield from make(data[first - START : last + 1 - START], words)


def _about_instance(field: MarcField, record: RecordView) -> tuple[str, str, str, bool, frozenset[str]] | None:
    kind = material(field.profile.record_type, field.profile.level)
    if not kind or field.profile.instance_type == "SecondaryInstance":
        return None
    at = FORM_OF_ITEM[kind]
    issued = field.content[START:23] if kind == "CR" else ""
    return kind, field.content[at : at + 1], issued, record.has("337"), carriers_named(record)


def about_instance(facts: tuple[str, str, str, bool, frozenset[str]]) -> Arcs:
    """Make how often a continuing resource appears, and the form of the item: carrier, media, large print, braille."""
    kind, form, issued, has_337, carriers = facts
    if issued:
        yield from _frequency(issued)
    if form != " " and (kind != "CF" or form in ("o", "q")):
        yield from carrier(form, carriers)
    if kind == "BK":
        if form in MEDIA_OF_FORM and not has_337:
            yield from coded("bf:media", "bf:Media", "media-types", MEDIA_OF_FORM[form])
        if form == "d":
            yield "bf:fontSize", labelled("bf:FontSize", "large print", "http://id.loc.gov/vocabulary/mfont/lp")
        elif form == "f":
            braille = labelled("bf:TactileNotation", "braille code", "http://id.loc.gov/vocabulary/mtactile/brail")
            yield "bf:notation", braille


def carrier(form: str, named: frozenset[str]) -> Arcs:
    """Make the carrier that the form of the item tells, unless 338 has it."""
    row = codelist("form-of-item").get(form)
    if row is not None and row.iri.rpartition("/")[2] not in named:
        yield from coded("bf:carrier", "bf:Carrier", "form-of-item", form)


def _frequency(issued: str) -> Arcs:
    """Make frequency and regularity (008/18-19) and the form of the original item (22)."""
    yield from coded("bf:frequency", "bf:Frequency", "frequencies", issued[0:1])
    if issued[1:2] in ("n", "x"):
        yield "bf:frequency", labelled("bf:Frequency", "irregular", "http://id.loc.gov/vocabulary/frequencies/irr")
    original = codelist("original-item-forms").get(issued[4:5])
    if original is not None and issued[4:5] != " ":
        yield typed_note("orig", original.en)


_ENTRY_CONVENTIONS = {"0": "0 - successive", "1": "1 - latest", "2": "2 - integrated"}


def _entry(field: MarcField, record: RecordView) -> str | None:
    is_serial = material(field.profile.record_type, field.profile.level) == "CR"
    return _ENTRY_CONVENTIONS.get(field.content[34:35]) if is_serial else None


def entry(convention: str) -> Arcs:
    """Make the entry convention of a serial."""
    return [typed_note("metaentry", convention)]


@lru_cache(maxsize=1024)
def carrier_of_item(record_type: str, level: str, fixed: str) -> str:
    """Return the carrier type (its code at id.loc.gov) that 008 tells of, for 007 not to tell it again."""
    kind = material(record_type, level)
    form = fixed[FORM_OF_ITEM.get(kind, 23) :][:1]
    row = codelist("form-of-item").get("r" if form == " " and kind != "CF" else form)
    return row.iri.rpartition("/")[2] if row is not None else ""


_NAME = "Fixed-Length Data Elements"

RULES: list[Rule] = [
    fact_rule("008", f"{_NAME}: entry convention of serials", "NR", ADMIN, _entry, entry),
    fact_rule("008", f"{_NAME}: language", "NR", WORK, _language, language),
    fact_rule("008", f"{_NAME}: original date of a reprint", "NR", WORK, _first_published, first_published),
    fact_rule("008", f"{_NAME}: the work, by kind of material", "NR", WORK, _about_work, about_work),
    fact_rule(
        "008", f"{_NAME}: the item in hand, by kind of material", "NR", INSTANCE, _about_instance, about_instance
    ),
]
