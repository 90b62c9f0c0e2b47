"""What a query is, and whether it may reach the engine: its form, its size, its nesting, its SERVICE clauses.

The limits keep clear of the depths at which the engine dies or plans for seconds (docs/sparql.md, *Limits*).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from publisher.sparql import problems
from publisher.sparql.estimate import Guess, estimate
from publisher.sparql.lookup import is_lookup
from publisher.sparql.plan import Plan, plan_of
from publisher.sparql.settings import EndpointSettings
from publisher.sparql.tally import Tally, tally_of
from publisher.sparql.tokens import RDF_TYPE, Token, Unreadable, lexings, line_and_column, normalised, tokens

FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})

_CLAUSES = frozenset({"UNION", "OPTIONAL", "MINUS", "EXISTS", "GRAPH", "SELECT", "FILTER", "BIND", "LATERAL"})
_OPERATORS = frozenset(["||", "&&", "!", "=", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "|", "^"])
_OPERANDS = frozenset({"iri", "string", "var", "blank", "pname", "number"})
_CHANGING = frozenset({"RAND", "NOW", "UUID", "STRUUID", "BNODE"})
_CLOSING = {"{": "}", "[": "]", "(": ")"}


class Query(NamedTuple):
    """A query that passed the guard."""

    text: str
    form: str
    """SELECT, ASK, CONSTRUCT, DESCRIBE; or an empty string, which the engine will refuse with a position."""
    key: str
    """The text with blanks and comments unified: equal keys are equal queries."""
    shape: str
    """A digest that queries share which differ in literals, numbers and names of variables only."""
    outline: str
    """The same for queries that differ in their IRIs as well (other than rdf:type and prefixed names)."""
    changing: bool
    """Its answer differs from one time to the next (NOW, RAND, UUID, STRUUID, BNODE)."""
    guess: Guess
    """Whether it looks quick or dangerous."""
    services: tuple[str, ...]
    """The targets on the allow-list that it calls."""
    lookup: bool
    """Whether the server may let the engine answer it in its own process (publisher/sparql/lookup.py)."""
    plan: Plan | None
    """How the server answers it from the index itself (publisher/sparql/walk.py)."""
    tally: Tally | None
    """What it counts, where a release may keep that (publisher/sparql/tally.py)."""
    constants: Sequence[str]
    """Its IRIs and strings, as `constants_of` has them: plan and tally name them by their places."""


def examine(text: str, settings: EndpointSettings) -> Query:
    """Return what `text` is. Raises `Problem`: 400 beyond a limit, 403 for an update or a SERVICE not allowed."""
    return examined(text, settings)[1]


def examined(text: str, settings: EndpointSettings) -> tuple[list[Token], Query]:
    """Return the words of `text` and what it is. Raises `Problem`."""
    try:
        words = _words(text, settings)
        services = _allowed_services(text, words, settings)
    except Unreadable as error:
        raise problems.syntax_error("có chuỗi không đóng ngoặc kép", str(error), None, None) from error
    form = _form(words)
    if form in UPDATES:
        raise problems.update_refused()
    _Measure(text, settings).take(words)
    present = {token.word for token in words if token.kind == "word"}
    iris = [token.text for token in words if token.kind == "iri" and token.text != RDF_TYPE]
    outline = outline_digest(words)
    lookup = is_lookup(words, form)
    return words, Query(
        text=text,
        form=form if form in FORMS else "",
        key=normalised(words),
        shape=outline if lookup else shape_of(outline, iris),  # whatever a lookup is about, it is quick
        outline=outline,
        changing=bool(present & _CHANGING),
        guess=estimate(words, form),
        services=services,
        lookup=lookup,
        plan=plan_of(words, form),
        tally=tally_of(words, form),
        constants=constants_of(words),
    )


def constants_of(words: Sequence[Token]) -> list[str]:
    """Return what queries with one skeleton may differ in: their IRIs (but for rdf:type) and strings, in order."""
    return [token.text for token in words if token.kind in ("iri", "string") and token.text != RDF_TYPE]


def _words(text: str, settings: EndpointSettings) -> list[Token]:
    words = list(islice(tokens(text), settings.terms + 1))
    if len(words) > settings.terms:
        place = line_and_column(text, words[-1].start)
        raise problems.too_complex("số từ", "the number of words", settings.terms, *place)
    return words


def _form(words: Sequence[Token]) -> str:
    """Return the first keyword after the prologue (PREFIX, BASE, VERSION)."""
    for token in words:
        if token.kind == "word" and token.word not in {"PREFIX", "BASE", "VERSION"}:
            return token.word
        if token.kind == "op":
            return ""
    return ""


def outline_digest(words: Sequence[Token]) -> str:
    """Return a digest of a query without its constants, numbers and names of variables."""
    names: dict[str, str] = {}
    parts = []
    for token in words:
        if token.kind == "var":
            parts.append(names.setdefault(token.text[1:], f"?{len(names)}"))
        elif token.kind in {"string", "number"} or (token.kind == "iri" and token.text != RDF_TYPE):
            parts.append(token.kind)
        else:
            parts.append(token.word or token.text)
    return _digest(" ".join(parts))


def shape_of(outline: str, iris: Sequence[str]) -> str:
    """Return the shape of a query with this `outline_digest` and these IRIs."""
    return _digest("".join((outline, *iris)))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def prefixes(words: Sequence[Token]) -> dict[str, str]:
    """Return the prefixes that a query declares, with their IRIs."""
    return {
        name.text[:-1]: iri.text[1:-1]
        for keyword, name, iri in zip(words, words[1:], words[2:], strict=False)
        if keyword.word == "PREFIX" and name.kind == "pname" and name.text.endswith(":") and iri.kind == "iri"
    }


def undeclared_prefix(text: str) -> Token | None:
    """Return the first prefixed name whose prefix is not declared: what the engine's syntax errors do not say."""
    words = list(tokens(text))
    declared = prefixes(words)
    for before, token in zip([None, *words], words, strict=False):
        if (
            token.kind == "pname"
            and token.text.split(":", 1)[0] not in declared
            and not (before and before.word == "PREFIX")
        ):
            return token
    return None


def _allowed_services(text: str, words: Sequence[Token], settings: EndpointSettings) -> tuple[str, ...]:
    """Return the targets of SERVICE clauses, all of them on the allow-list; 403 otherwise."""
    if "\\" not in text and "service" not in text.lower():
        return ()
    declared = prefixes(words)
    found: list[str] = []
    for before, token, after in lexings(text):
        if not _may_be_service(before, token, after):
            continue
        target = _target(text, token, declared)
        if token.word != "SERVICE" or target not in settings.service_allow:
            shown = after.text if after is not None and after.text != "{" else ""
            raise problems.service_refused(shown[:200], *line_and_column(text, token.start))
        found.append(target)
    return tuple(found)


def _may_be_service(before: Token | None, token: Token, after: Token | None) -> bool:
    """Say whether the engine could read the keyword SERVICE here.

    Any bare word that contains it counts, since the engine wants no blank between words (`trueSERVICE<x>`); and a
    prefixed name before a brace, which it reads as SERVICE with the empty prefix (`SERVICE:x {}`).
    """
    if token.kind == "word":
        return "SERVICE" in token.word
    if token.kind == "pname" and after is not None and after.text == "{":
        in_graph = before is not None and before.word == "GRAPH"
        return not in_graph and "service" in token.text.split(":", 1)[0].lower()
    return False


def _target(text: str, service: Token, declared: dict[str, str]) -> str:
    for token in tokens(text, service.end):
        if token.word == "SILENT":
            continue
        if token.kind == "iri":
            return token.text[1:-1]
        if token.kind == "pname":
            prefix, local = token.text.split(":", 1)
            return declared.get(prefix, "") + local
        break
    return ""


class _Measure:
    """Counts nesting, patterns, clauses, operators and terms, and stops at the first limit that is passed."""

    def __init__(self, text: str, settings: EndpointSettings) -> None:
        self._text = text
        self._settings = settings
        self._open: list[str] = []
        self._values_depth: int | None = None
        self._patterns = 0
        self._operators = 0
        self._clauses: Counter[str] = Counter()

    def take(self, words: Sequence[Token]) -> None:
        before: Token | None = None
        values_next = False
        for token in words:
            if token.kind == "op":
                if token.text == "{" and values_next:
                    self._values_depth, values_next = len(self._open), False
                self._operator(token)
            elif token.kind == "word":
                values_next = values_next or token.word == "VALUES"
                self._word(token)
            elif before is not None and self._is_collection_step(before, token):
                self._pattern(token, 2)
            before = token

    def _is_collection_step(self, before: Token, token: Token) -> bool:
        """Two terms side by side in parentheses are a collection: two patterns for each element."""
        in_parentheses = bool(self._open) and self._open[-1] == "("
        return in_parentheses and self._values_depth is None and before.kind in _OPERANDS and token.kind in _OPERANDS

    def _operator(self, token: Token) -> None:
        text = token.text
        if text in _CLOSING:
            self._open.append(text)
            if len(self._open) > self._settings.nesting:
                self._refuse("độ lồng ngoặc", "the nesting of brackets", self._settings.nesting, token)
            if text == "[" and self._values_depth is None:
                self._pattern(token, 1)
        elif self._open and text == _CLOSING[self._open[-1]]:
            self._open.pop()
            if self._values_depth == len(self._open):
                self._values_depth = None
        elif self._values_depth is not None:
            return
        elif text in ".;," and not (self._open and self._open[-1] == "("):
            self._pattern(token, 1)
        if text in _OPERATORS:
            self._operators += 1
            if self._operators > self._settings.operators:
                self._refuse("số toán tử", "the number of operators", self._settings.operators, token)
            if text == "/":
                self._pattern(token, 1)

    def _word(self, token: Token) -> None:
        word = token.word
        if word in _CLAUSES:
            self._clauses[word] += 1
            if self._clauses[word] > self._settings.clauses:
                self._refuse(f"số mệnh đề {word}", f"the number of {word} clauses", self._settings.clauses, token)

    def _pattern(self, token: Token, number: int) -> None:
        self._patterns += number
        if self._patterns > self._settings.patterns:
            self._refuse("số mẫu bộ ba", "the number of triple patterns", self._settings.patterns, token)

    def _refuse(self, what_vi: str, what_en: str, limit: int, token: Token) -> None:
        raise problems.too_complex(what_vi, what_en, limit, *line_and_column(self._text, token.start))
