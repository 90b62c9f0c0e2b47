"""What the leader says: the kind of work, how it is issued, how full the record is.

Source: Conversion specification 2.10, LDR.
"""

from __future__ import annotations

from publisher.bibframe.admin import description_conventions
from publisher.bibframe.codes import coded
from publisher.bibframe.field import MarcField
from publisher.bibframe.recordview import RecordView
from publisher.bibframe.rule import ADMIN, INSTANCE, WORK, Rule, fact_rule
from publisher.rdf.codelists import codelist
from publisher.rdf.description import Arcs, Iri
from publisher.rdf.terms import term

DESCRIPTION_LEVEL = Iri("http://id.loc.gov/ontologies/bibframe-2-6-0/")
ISSUANCE = "http://id.loc.gov/vocabulary/issuance/"

LEVELS = {
    "a": ("bf:Monograph", "mono"), "b": ("bf:Serial", "serl"), "c": ("bf:Collection", "mulm"),
    "d": ("bf:Collection", "mono"), "i": ("bf:Integrating", "intg"), "m": ("bf:Monograph", "mono"),
    "s": ("bf:Serial", "serl"),
}  # fmt: skip
"""Leader/07: the class of the work, and the mode of issuance at id.loc.gov."""


def _fullness(field: MarcField, record: RecordView) -> tuple[str, str]:
    """Return the encoding level and the cataloguing form; beside RDA (040 $e) the form says nothing."""
    blank = not field.content.replace("0", "").strip()
    level, form = "" if blank else field.content[17:18].replace(" ", "0"), field.content[18:19]
    conventions = {value for described in record.all("040") for value in described.all("e")}
    return level, "" if conventions == {"rda"} and form in ("a", "p", "r", "") else form


def fullness(facts: tuple[str, str]) -> Arcs:
    """Make the version of the model, the encoding level and the cataloguing form."""
    level, form = facts
    yield "bf:descriptionLevel", DESCRIPTION_LEVEL
    yield from coded("bflc:encodingLevel", "bflc:EncodingLevel", "encoding-levels", level)
    row = codelist("cataloging-forms").get(form)
    if row is not None:
        yield description_conventions(row.en)


def _kind(field: MarcField, record: RecordView) -> tuple[str, str, bool]:
    return field.profile.record_type, field.profile.level, record.has("336")


def kind(facts: tuple[str, str, bool]) -> Arcs:
    """Make the classes of the work, and its content type unless 336 gives one."""
    record_type, level, has_336 = facts
    row = codelist("record-types").get(record_type)
    if row is not None:
        for name in row.more["class"].split():
            yield "rdf:type", term(f"bf:{name}")
        if row.iri and not has_336:
            yield from coded("bf:content", "bf:Content", "record-types", record_type)
    if level in LEVELS:
        yield "rdf:type", term(LEVELS[level][0])


def _issued(field: MarcField, record: RecordView) -> tuple[str, str]:
    return field.profile.instance_type, "" if record.has("334") else field.profile.level


def issued(facts: tuple[str, str]) -> Arcs:
    """Make the mode of issuance, unless 334 gives one."""
    instance_type, level = facts
    if instance_type == "SecondaryInstance":
        yield "rdf:type", term("bflc:SecondaryInstance")
    if level in LEVELS:
        yield "bf:issuance", Iri(ISSUANCE + LEVELS[level][1])


RULES: list[Rule] = [
    fact_rule("LDR", "Leader/17-18: encoding level, cataloguing form", "NR", ADMIN, _fullness, fullness),
    fact_rule("LDR", "Leader/06-07: type of record, bibliographic level", "NR", WORK, _kind, kind),
    fact_rule("LDR", "Leader/07: mode of issuance", "NR", INSTANCE, _issued, issued),
]
