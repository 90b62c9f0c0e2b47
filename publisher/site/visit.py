"""One request: the release it reads, the language it is answered in, and the links it leads on to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode, urlsplit

from flask import current_app, g, request
from werkzeug.datastructures import LanguageAccept

from publisher.rdf.text import percent_encode
from publisher.site.numbers import Locally
from publisher.site.reader import InService, Reader
from publisher.site.search import Named
from publisher.site.searchquery import SearchQuery
from publisher.site.thing import Thing
from publisher.site.translations import DEFAULT_LANGUAGE, LANGUAGES, Phrases, phrases_in


@dataclass(frozen=True)
class Visit:
    """What every page needs. `asked` is the language in the address ("" when it has none): links keep it."""

    reader: Reader
    language: str
    asked: str

    @classmethod
    def of(cls, reader: Reader, asked: str, accepted: LanguageAccept) -> Visit:
        """Return the visit of a request: the address decides on the language, then the browser, then Vietnamese."""
        offered = [language for language in reader.settings.languages if language in LANGUAGES]
        if asked in offered:
            return cls(reader, asked, asked)
        return cls(reader, accepted.best_match(offered, DEFAULT_LANGUAGE) or DEFAULT_LANGUAGE, "")

    @cached_property
    def t(self) -> Phrases:
        """The words of the site in the language of the visit."""
        return phrases_in(self.language)

    @cached_property
    def locally(self) -> Locally:
        """Dates and numbers in the manner of the language."""
        return Locally(self.language)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the site is offered in."""
        return self.reader.settings.languages

    def thing(self, iri: str) -> Thing:
        """Return the resource `iri` for this visit."""
        return Thing(self.reader, iri, self.language)

    def called(self, named: Named) -> str:
        """Return what to call something found by its name: a library has a name in each language."""
        return self.thing(named.iri).label if named.kind == "library" else named.label

    def link(self, target: str, **args: str) -> str:
        """Return the address of an entity's IRI or of a page ("/search") for a link: it keeps the language."""
        iris = self.reader.iris
        address = iris.local(target) if not target.startswith("/") else f"{iris.prefix}{percent_encode(target)}"
        if address.startswith(("http://", "https://")):
            return address
        if self.asked and "lang" not in args:
            args = {**args, "lang": self.asked}
        return f"{address}?{urlencode(args)}" if args else address

    def asset(self, target: str) -> str:
        """Return the address of a file, which is the same in every language."""
        return f"{self.reader.iris.prefix}{target}"

    def search(self, query: SearchQuery) -> str:
        """Return the address of a search."""
        return self.link("/search", **query.args())

    def here(self, language: str) -> str:
        """Return the address of this page in another language."""
        args = {name: value for name, value in request.args.items() if name != "lang"}
        return self.link(request.path, **args, lang=language)

    def on_page(self, number: int) -> str:
        """Return the address of another page of this list."""
        args = {name: value for name, value in request.args.items() if name not in ("lang", "page", "from")}
        return self.link(request.path, **args, page=str(number))

    def canonical(self, language: str = "") -> str:
        """Return the full address by which this page should be known: Vietnamese has the bare one."""
        kept = {name: request.args[name] for name in ("page", "q") if name in request.args}
        if (language or self.language) != DEFAULT_LANGUAGE:
            kept["lang"] = language or self.language
        address = self.reader.iris.of_path(request.path)
        if request.path == "/":
            address = f"{self.reader.settings.base}/"
        return f"{address}?{urlencode(kept)}" if kept else address

    def elsewhere(self, address: str) -> bool:
        """Return whether `address` leads away from the site."""
        return urlsplit(address).netloc != "" and not address.startswith(f"{self.reader.settings.base}/")


def visit() -> Visit:
    """Return the visit of the present request."""
    current = g.visit
    assert isinstance(current, Visit)
    return current


def in_service() -> InService:
    """Return what knows which release is in service."""
    found = current_app.extensions["in_service"]
    assert isinstance(found, InService)
    return found
