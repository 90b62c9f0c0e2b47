"""The pages for those who build on the data: the data model, and examples to copy."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, Response, render_template

from publisher import resources
from publisher.rdf.terms import PREFIXES
from publisher.site.entities import rdf
from publisher.site.formats import JSONLD
from publisher.site.validators import validated
from publisher.site.visit import Visit, visit

blueprint = Blueprint("guide", __name__)

EXAMPLES = (
    ("curl", "curl.sh"),
    ("Python", "search.py"),
    ("JavaScript", "search.mjs"),
    ("R", "search.R"),
    ("Excel, Power BI (Power Query)", "search.pq"),
    ("Excel, Power BI (CSV)", "dataset.pq"),
)
"""The examples: what they are written in, and their file in `site/examples`."""
_SHOWN_PREFIXES = ("bf", "bflc", "schema", "skos", "madsrdf", "dcterms", "rong")
_CLASSES = (
    ("work", "bf:Work", "CreativeWork, Book, …"),
    ("instance", "bf:Instance", "Book, Periodical, …"),
    ("item", "bf:Item", "–"),
    ("agent", "bf:Person, bf:Organization, …", "Person, Organization"),
    ("concept", "bf:Topic, skos:Concept", "DefinedTerm"),
    ("place", "bf:Place", "Place"),
    ("library", "bf:Organization", "Library"),
    ("record", "bf:AdminMetadata", "–"),
    ("dataset", "dcat:Dataset", "Dataset"),
)


class Example(NamedTuple):
    """One example: a name for its place on the page, what it is written in, its file, and its text."""

    anchor: str
    title: str
    file: str
    text: str


def examples(base: str, thing: str) -> list[Example]:
    """Return the examples, ready to be copied, for the site at `base`; `thing` is an IRI that they ask about."""
    folder = resources.folder("site") / "examples"
    made = []
    for title, name in EXAMPLES:
        text = (folder / name).read_text(encoding="utf-8")
        anchor = name.replace(".", "-").lower()
        made.append(Example(anchor, title, name, text.replace("@BASE@", base).replace("@THING@", thing)))
    return made


def an_edition(now: Visit) -> str:
    """Return an IRI for examples: the first edition of the release, its home page when it has none."""
    rows = now.reader.ledger.entities("instance", limit=1)
    return rows[0].iri if rows else now.reader.iris.page("")


@blueprint.get("/guide")
def guide() -> Response:
    """Return the examples to copy."""
    now = visit()
    page = render_template("guide.html", examples=examples(now.reader.settings.base, an_edition(now)))
    return validated(Response(page))


@blueprint.get("/model")
def model() -> Response:
    """Return the data model, with diagrams and one edition as it really is."""
    now = visit()
    iri = an_edition(now)
    page = render_template(
        "model.html",
        classes=_CLASSES,
        prefixes=[(name, PREFIXES[name]) for name in _SHOWN_PREFIXES],
        iri=iri,
        example=rdf(iri, JSONLD).get_data(as_text=True) if now.reader.counts.get("instance") else "",
    )
    return validated(Response(page))
