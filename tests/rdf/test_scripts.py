"""One title in one script each, as profiles ask."""

from __future__ import annotations

from publisher.rdf.description import Arc, Iri, Node, Text, sketch
from publisher.rdf.scripts import apart


def title(*arcs: Arc) -> Arc:
    return ("bf:title", Node("bf:Title", *arcs))


def test_each_language_has_a_title_of_its_own() -> None:
    both = (
        title(
            ("rdf:type", Iri("http://a/kind")),
            ("bflc:nonSortNum", "4"),
            ("bf:mainTitle", "The Kieu"),
            ("bf:mainTitle", Text("金雲翹", "zh-Hani")),
            ("bf:subtitle", "a tale"),
            ("bf:subtitle", Text("傳", "zh-Hani")),
        ),
    )
    assert sketch(apart(both)) == (
        'bf:title [bf:Title rdf:type <http://a/kind>; bflc:nonSortNum "4"; bf:mainTitle "The Kieu"; '
        'bf:subtitle "a tale"]; '
        'bf:title [bf:Title rdf:type <http://a/kind>; bf:mainTitle "金雲翹"@zh-Hani; bf:subtitle "傳"@zh-Hani]'
    )


def test_scripts_are_told_apart_without_languages() -> None:
    both = (title(("bf:mainTitle", "Đăm Săn"), ("bf:mainTitle", "Đam San"), ("bf:mainTitle", "Дам Сан")),)
    assert sketch(apart(both)) == (
        'bf:title [bf:Title bf:mainTitle "Đăm Săn"; bf:mainTitle "Đam San"]; bf:title [bf:Title bf:mainTitle "Дам Сан"]'
    )


def test_titles_of_what_a_work_is_related_to_are_told_apart_too() -> None:
    hub = Node("bf:Hub", title(("bf:mainTitle", "Kieu"), ("bf:mainTitle", Text("翹", "zh"))))
    assert sketch(apart((("bf:expressionOf", hub),))).count("bf:title") == 2


def test_what_is_in_one_script_is_left_as_it_is() -> None:
    arcs = (title(("bf:mainTitle", "Đăm Săn"), ("bf:subtitle", Text("sử thi", "vi"))), ("bf:date", "1963"))
    assert apart(arcs) is arcs
