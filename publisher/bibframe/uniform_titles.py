"""Uniform titles: the hub of the work in hand, and the works that a title alone leads to (130, 240, 730).

Source: Conversion specification 2.10, 240/X30 Uniform Titles.
"""

from __future__ import annotations

from collections.abc import Iterator

from publisher.bibframe.agents import agent, contribution, marc_key, minted, relationships_by_address
from publisher.bibframe.field import MarcField
from publisher.bibframe.hubs import hub_arcs
from publisher.bibframe.names import OF_WHAT_IS_SAID, PART, hub, said_relationship, variant_or_said
from publisher.bibframe.recordview import RecordView
from publisher.bibframe.rule import WORK, Rule, record_rule, rule
from publisher.bibframe.subfields import entity_iri
from publisher.rdf.description import Arc, Arcs, Node, literal, node

MAIN_NAMES = ("100", "110", "111")
MAIN_ENTRIES = (*MAIN_NAMES, "130")


def uniform_title(field: MarcField) -> Iterator[Arc]:
    """Yield the hub that the work expresses."""
    if field.profile.instance_type != "Hub":
        yield "bf:expressionOf", hub(field, hub_arcs(field), entity_iri(field, "bf:Hub"))


def title_of_hub_record(field: MarcField, record: RecordView) -> Arcs:
    """Yield the title of a record that is itself of a hub (LoC's leader/06 `q`); 377 tells its language better."""
    if field.profile.instance_type != "Hub":
        return ()
    keys = _keys_with_name(field, record) if field.tag == "240" else None
    arcs = hub_arcs(field, keys=keys)
    return [arc for arc in arcs if arc[0] != "bf:language"] if record.has("377") else arcs


def uniform_title_by_name(field: MarcField, record: RecordView) -> Iterator[Arc]:
    """Yield the hub that the work expresses, with the main entry's name as its creator."""
    if field.profile.instance_type == "Hub":
        return
    iri = entity_iri(field, "bf:Hub")
    by = [contribution(name, _agent_of_hub(field, name)) for name in record.all(*MAIN_NAMES)]
    arcs = hub_arcs(field, contributions=by, keys=_keys_with_name(field, record))
    yield "bf:expressionOf", hub(field, arcs, iri)


def _agent_of_hub(field: MarcField, name: MarcField) -> Node:
    """Return the creator: by the address it has, else numbered under the hub ("…#Hub240-5-Agent")."""
    its = agent(name)
    return its if its.iri is not None else node(its.cls, its.arcs, mint=minted("Hub", field) + "-Agent")


def _keys_with_name(field: MarcField, record: RecordView) -> Iterator[Arc]:
    """Yield the keys of name and title in one, as a name-title authority has them, and in the other script."""
    names = record.all(*MAIN_ENTRIES)
    yield "bflc:marcKey", _key("".join(map(marc_key, names)), field)
    if field.twin is not None:
        others = [name.twin for name in names if name.twin is not None]
        yield "bflc:marcKey", literal(_key("".join(map(marc_key, others)), field.twin), field.twin.lang)


def _key(name: str, field: MarcField) -> str:
    return f"{name}$t{marc_key(field).partition('$a')[2]}"


def related_title(field: MarcField) -> Iterator[Arc]:
    """Yield the relation to the work that a title alone leads to."""
    contained = [words for words in field.all("i") if "ontainer of" in words or "ontains" in words]
    kind = PART if field.ind2 == "2" and (contained or not field.has("i")) else variant_or_said(field)
    arcs: list[Arc] = [("bf:relationship", kind)]
    arcs += [
        said_relationship(field, words)
        for words in field.all("i")
        if words not in contained and words not in OF_WHAT_IS_SAID
    ]
    arcs += relationships_by_address(field)
    arcs.append(("bf:associatedResource", hub(field, hub_arcs(field), entity_iri(field, "bf:Hub"))))
    yield "bf:relation", node("bf:Relation", arcs)


RULES: list[Rule] = [
    rule("130", "Main Entry - Uniform Title", "NR", WORK, uniform_title,
         example="130 0# $aKinh Thánh.$lTiếng Bahnar.",
         makes='bf:expressionOf [bf:Hub bf:title [bf:Title bf:mainTitle "Kinh Thánh. Tiếng Bahnar."]; '
               'bf:language [bf:Language rdfs:label "Tiếng Bahnar"]; '
               'bflc:marcKey "1300 $aKinh Thánh.$lTiếng Bahnar."]'),
    record_rule("130", "Main Entry - Uniform Title", "NR", WORK, title_of_hub_record),
    record_rule("240", "Uniform Title", "NR", WORK, uniform_title_by_name,
                example="240 10 $aTruyện Kiều.$lTiếng Anh",
                makes='bf:expressionOf [bf:Hub bf:title [bf:Title bf:mainTitle "Truyện Kiều. Tiếng Anh"]; '
                      'bf:language [bf:Language rdfs:label "Tiếng Anh"]; '
                      'bflc:marcKey "$tTruyện Kiều.$lTiếng Anh"]'),
    record_rule("240", "Uniform Title", "NR", WORK, title_of_hub_record),
    rule("730", "Added Entry - Uniform Title", "R", WORK, related_title,
         example="730 02 $aĐăm Săn.",
         makes='bf:relation [bf:Relation bf:relationship <http://id.loc.gov/vocabulary/relationship/part>; '
               'bf:associatedResource [bf:Hub bf:title [bf:Title bf:mainTitle "Đăm Săn"]; '
               'bflc:marcKey "73002$aĐăm Săn."]]'),
]  # fmt: skip
