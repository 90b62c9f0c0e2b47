"""Every entity is found alike whether all statements are read or the store is asked for it alone."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store

from publisher.census import Census, Counted
from publisher.identity.iris import Iris
from publisher.rdf.terms import expand
from publisher.release.statements import dumped

BASE = "https://data.example.vn"
LABEL, SORT_KEY = NamedNode(expand("rdfs:label")), NamedNode(expand("rong:sortKey"))
names = [f"{BASE}/{path}" for path in ("work/1", "instance/1", "agent/1", "agent/1-2", "work/1#title", "elsewhere")]
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=5) | st.sampled_from(["a\tb", "\\t", '"', "Đắk\nTô"])
labels = st.builds(lambda text, language: Literal(text, language=language), texts, st.sampled_from([None, "vi", "en"]))
statements = st.one_of(
    st.builds(Quad, st.sampled_from(names).map(NamedNode), st.just(LABEL), labels),
    st.builds(Quad, st.sampled_from(names).map(NamedNode), st.just(SORT_KEY), texts.map(Literal)),
)


@given(st.lists(statements, max_size=12))
@settings(deadline=None, max_examples=60)
def test_all_are_each_as_it_is_found_alone_in_the_order_of_their_names(said):
    store = Store()
    store.extend(said)
    census = Census(store, Iris(BASE))
    with TemporaryDirectory() as folder:
        found = list(census.all(dumped(store, Path(folder)), Path(folder)))
    assert found == [one for name in sorted(names) if (one := census.one(name)) is not None]


def test_a_vietnamese_label_goes_first_and_of_several_sort_keys_the_last_counts(tmp_path):
    store, agent = Store(), NamedNode(f"{BASE}/agent/1")
    for text, language in (("A river", "en"), ("Sông", "vi"), ("Rừng", "vi")):
        store.add(Quad(agent, LABEL, Literal(text, language=language)))
    for text in ("1", "2"):
        store.add(Quad(agent, SORT_KEY, Literal(text)))
    census = Census(store, Iris(BASE))
    assert [*census.all(dumped(store, tmp_path), tmp_path)] == [Counted(agent.value, "agent", "Rừng", "2")]
