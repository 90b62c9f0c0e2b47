"""The search index of a release (tantivy): one document an instance, and one each agent, concept, place and work.

Every text is indexed twice: as it is written, with its marks, and folded (no marks, đ as d), so that a query with marks
finds the exact thing first and one without marks finds everything.
"""

from __future__ import annotations

from pathlib import Path

import tantivy

from publisher.rdf.vietnamese import fold, sort_key
from publisher.release.document import Document

HEAP_BYTES = 64 * 1024 * 1024
_SPACED = "whitespace_lower"


def schema() -> tantivy.Schema:
    """Return the fields of the index; `*_folded` are without marks, the `filter_*` are exact values."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("iri", stored=True, tokenizer_name="raw")
    builder.add_text_field("kind", stored=True, tokenizer_name="raw", fast=True)
    builder.add_text_field("label", stored=True, tokenizer_name="raw")
    builder.add_text_field("sort_key", stored=False, tokenizer_name="raw", fast=True)
    for name in ("title", "agent", "subject", "text"):
        builder.add_text_field(name, stored=False, tokenizer_name=_SPACED)
        builder.add_text_field(f"{name}_folded", stored=False, tokenizer_name=_SPACED)
    builder.add_text_field("identifier", stored=False, tokenizer_name="raw")
    for name in ("library", "language", "type"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", fast=True)
    builder.add_boolean_field("digitized", stored=True, indexed=True, fast=True)
    builder.add_integer_field("year", stored=True, indexed=True, fast=True)
    builder.add_json_field("shown", stored=True)
    return builder.build()


def analyzer() -> tantivy.TextAnalyzer:
    """Return the analyzer of the text fields: words at white space and punctuation, in lower case."""
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase()).build()


def open_index(path: Path) -> tantivy.Index:
    """Return the index in the folder `path`, ready to be searched."""
    index = tantivy.Index.open(str(path))
    index.register_tokenizer(_SPACED, analyzer())
    return index


class SearchIndexWriter:
    """Writes the index of a release that is being built."""

    def __init__(self, path: Path) -> None:
        path.mkdir()
        self._index = tantivy.Index(schema(), path=str(path))
        self._index.register_tokenizer(_SPACED, analyzer())
        self._writer = self._index.writer(heap_size=HEAP_BYTES, num_threads=1)

    def add_instance(self, iri: str, library: str, document: Document) -> None:
        """Add one instance."""
        entry = tantivy.Document()
        entry.add_text("iri", iri)
        entry.add_text("kind", "instance")
        entry.add_text("label", document["title"])
        entry.add_text("sort_key", sort_key(document["title"]))
        texts = {
            "title": document["titles"],
            "agent": document["agents"],
            "subject": document["subjects"],
            "text": [*document["text"], *document["publishers"]],
        }
        for name, values in texts.items():
            for value in values:
                entry.add_text(name, value)
                entry.add_text(f"{name}_folded", fold(value))
        for identifier in document["identifiers"]:
            entry.add_text("identifier", identifier)
        entry.add_text("library", library)
        for language in document["languages"]:
            entry.add_text("language", language)
        for kind in document["types"]:
            entry.add_text("type", kind)
        entry.add_boolean("digitized", document["digitized"])
        if document["year"]:
            entry.add_integer("year", document["year"])
        shown = {"agents": document["agents"][:3], "publishers": document["publishers"][:2], "year": document["year"]}
        entry.add_json("shown", shown)
        self._writer.add_document(entry)

    def add_entity(self, iri: str, kind: str, label: str) -> None:
        """Add an agent, a concept, a place or a work, to be found by its label."""
        entry = tantivy.Document()
        entry.add_text("iri", iri)
        entry.add_text("kind", kind)
        entry.add_text("label", label)
        entry.add_text("sort_key", sort_key(label))
        entry.add_text("title", label)
        entry.add_text("title_folded", fold(label))
        self._writer.add_document(entry)

    def close(self) -> None:
        """Finish the index."""
        self._writer.commit()
        self._writer.wait_merging_threads()
