"""Our concept schemes keep the rules of SKOS, and headings are tied to the concepts they name."""

from collections import Counter

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store

from publisher.identity.schemes import SCHEMES, concepts, ddc_concept
from publisher.identity.themes import named_concepts
from publisher.identity.vocabulary import our_paths, vocabulary
from publisher.rdf.ntriples import NTriples
from publisher.rdf.terms import expand

BASE = "https://data.example.org"


@pytest.fixture(scope="module")
def store() -> Store:
    """What the store says of our schemes, concepts and places."""
    writer, text = NTriples(), []
    for node in vocabulary(BASE, [(f"{BASE}/library/a", "provincial")]):
        writer.node(node, str(node.iri), text)
    store = Store()
    store.load("".join(text), format=RdfFormat.N_TRIPLES)
    return store


def pairs(store: Store, prop: str) -> list[tuple[str, object]]:
    return [(q.subject.value, q.object) for q in store.quads_for_pattern(None, NamedNode(expand(prop)), None)]


def test_every_concept_is_in_a_scheme_that_is_there(store):
    schemes = {f"{BASE}/{scheme.path}" for scheme in SCHEMES.values()}
    assert {scheme.value for _, scheme in pairs(store, "skos:inScheme")} <= schemes
    in_scheme = {concept for concept, _ in pairs(store, "skos:inScheme")}
    assert {f"{BASE}/{path}" for path in our_paths()} <= in_scheme


def test_every_concept_has_one_preferred_label_a_language(store):
    counts = Counter((subject, label.language) for subject, label in pairs(store, "skos:prefLabel"))
    assert [each for each, times in counts.items() if times > 1] == []
    labelled = {subject for subject, _ in counts}
    assert {f"{BASE}/{path}" for path in our_paths()} <= labelled
    assert {language for _, language in counts} == {"vi", "en"}


def test_no_label_is_preferred_and_alternative_at_once(store):
    preferred = {(subject, label) for subject, label in pairs(store, "skos:prefLabel")}
    assert preferred & set(pairs(store, "skos:altLabel")) == set()


def test_no_two_concepts_of_a_scheme_have_one_preferred_label(store):
    seen: dict[tuple[str, Literal], str] = {}
    of = {concept: scheme.value for concept, scheme in pairs(store, "skos:inScheme")}
    twice = []
    for subject, label in pairs(store, "skos:prefLabel"):
        if of[subject].endswith("/places"):
            continue  # Quảng Ngãi Province of 1989 and that of 2025 are two places of one name
        if seen.setdefault((of[subject], label), subject) != subject:
            twice.append((subject, label.value))
    assert twice == []


def test_broader_goes_up_and_never_in_a_circle(store):
    broader: dict[str, set[str]] = {}
    for below, above in pairs(store, "skos:broader"):
        broader.setdefault(below, set()).add(above.value)
    for start in broader:
        waiting, seen = [start], set()
        while waiting:
            for above in broader.get(waiting.pop(), ()):
                assert above != start, start
                if above not in seen:
                    seen.add(above)
                    waiting.append(above)


def test_narrower_is_broader_the_other_way_where_it_is_said(store):
    broader = {(a, b.value) for a, b in pairs(store, "skos:broader")}
    assert {(b.value, a) for a, b in pairs(store, "skos:narrower")} <= broader


def test_a_concept_is_at_the_top_or_has_something_above_it(store):
    tops = {concept for concept, _ in pairs(store, "skos:topConceptOf")}
    above = {concept for concept, _ in pairs(store, "skos:broader")}
    ours = {f"{BASE}/{path}" for path in our_paths()}
    assert tops & above == set()
    assert ours <= tops | above
    assert {(top.value, scheme) for scheme, top in pairs(store, "skos:hasTopConcept")} == {
        (concept, scheme.value) for concept, scheme in pairs(store, "skos:topConceptOf")
    }


def test_what_is_pointed_to_among_us_is_described(store):
    described = {quad.subject.value for quad in store}
    pointed = {quad.object.value for quad in store if isinstance(quad.object, NamedNode)}
    ours = {iri for iri in pointed if iri.startswith(f"{BASE}/")}
    assert ours - described == {f"{BASE}/scheme/subjects"} - described


def test_a_commune_that_was_left_as_it_was_says_when_it_was_part_of_what(store):
    found = store.query(
        "PREFIX rong: <https://w3id.org/rong/ns#> SELECT ?whole ?from ?to WHERE {"
        f" <{BASE}/place/vn-23368> rong:membership ?m . ?m rong:whole ?whole"
        " OPTIONAL { ?m rong:validFrom ?from } OPTIONAL { ?m rong:validTo ?to } } ORDER BY ?whole"
    )
    said = [tuple(cell.value.removeprefix(f"{BASE}/") if cell else "" for cell in row) for row in found]
    assert said == [("place/vn-51", "2025-07-01", ""), ("place/vn-610-2025", "", "2025-06-30")]


def test_a_library_has_its_type(store):
    assert (f"{BASE}/library/a", NamedNode(f"{BASE}/concept/library-type-provincial")) in pairs(store, "dcterms:type")


def test_the_captions_of_dewey_are_ours_and_complete():
    divisions = [concept for concept in concepts().values() if concept.scheme == "ddc" and concept.broader]
    assert len(divisions) == 100
    assert {concept.broader for concept in divisions} == {str(n) for n in range(10)}


@pytest.mark.parametrize(
    ("number", "path"),
    [
        ("895.922", "concept/ddc-890"),
        ("398.209597", "concept/ddc-390"),
        ("305.89 597", "concept/ddc-300"),
        ("158 MC-P", "concept/ddc-150"),
        ("[823.914]", "concept/ddc-820"),
        ("305/.8/96", "concept/ddc-300"),
        ("305.89 597--AR-O", "concept/ddc-300"),
        ("2158", ""),
        ("NZ823.9", ""),
        ("67.160.10", ""),
        ("9(V)", ""),
        ("", ""),
    ],
)
def test_a_number_of_dewey_leads_to_its_division_and_others_nowhere(number, path):
    assert ddc_concept(number) == path


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Dân tộc Êđê", ["people-12"]),
        ("Người Mường", ["people-06"]),
        ("Sử thi M'Nông", ["theme-su-thi", "people-20"]),
        ("Người H'Rê", ["people-19"]),
        ("Văn học dân gian - Dân ca - Gia Rai", ["theme-van-hoc-dan-gian", "people-10"]),
        ("Văn hóa của dân tộc Ê đê", ["people-12"]),
        ("Bahnar (Vietnamese people)", ["people-13"]),
        ("Jarai (Southeast Asian people)", ["people-10"]),
        ("Người Lào", []),
        ("Dân tộc Lào", ["people-37"]),
        ("Người cao tuổi", []),
        ("Người Việt Nam", []),
        ("Hải Nam", []),
        ("Dao động", []),
        ("Thơ Việt Nam", []),
        ("dân tộc", []),
        ("x" * 5000, []),
    ],
)
def test_a_heading_is_tied_to_what_it_names_and_to_nothing_else(heading, expected):
    assert [path.removeprefix("concept/") for path in named_concepts(heading)] == expected
