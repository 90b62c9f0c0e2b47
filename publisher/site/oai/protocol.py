"""A question of OAI-PMH 2.0, and what may be wrong with it.

Source: http://www.openarchives.org/OAI/openarchivesprotocol.html, 3.3, 3.6 and 4.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NamedTuple

from werkzeug.datastructures import MultiDict

from publisher.release.chronicle import START, Span
from publisher.site.oai.tokens import Token

SECONDS, DAYS = "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d"
_SET = re.compile(r"[A-Za-z0-9\-_.!~*'()]+(?::[A-Za-z0-9\-_.!~*'()]+)*")
_LIST = ({"metadataPrefix"}, {"from", "until", "set"})
VERBS: dict[str, tuple[set[str], set[str]]] = {
    "Identify": (set(), set()),
    "ListMetadataFormats": (set(), {"identifier"}),
    "ListSets": (set(), set()),
    "GetRecord": ({"identifier", "metadataPrefix"}, set()),
    "ListIdentifiers": _LIST,
    "ListRecords": _LIST,
}
"""The verbs, each with the arguments that it must have and that it may have."""
RESUMED = {"ListIdentifiers", "ListRecords", "ListSets"}


class OaiError(Exception):
    """A question that cannot be answered: the code of OAI-PMH, and a sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Question(NamedTuple):
    """A verb with its arguments; `token` is where a list goes on."""

    verb: str
    arguments: dict[str, str]
    token: Token | None = None


def question(said: MultiDict[str, str]) -> Question:
    """Return the question of a request; raises `OaiError` (badVerb, badArgument, badResumptionToken)."""
    verbs = said.getlist("verb")
    if len(verbs) != 1 or verbs[0] not in VERBS:
        raise OaiError("badVerb", f"Say one verb, of {', '.join(VERBS)}.")
    verb = verbs[0]
    twice = [name for name, values in said.lists() if len(values) > 1]
    if twice:
        raise OaiError("badArgument", f"The argument {twice[0]} is repeated.")
    arguments = {name: value for name, value in said.items() if name != "verb"}
    if "resumptionToken" in arguments and verb in RESUMED:
        if len(arguments) > 1:
            raise OaiError("badArgument", "resumptionToken stands alone beside the verb.")
        if verb == "ListSets":
            raise OaiError("badResumptionToken", "The list of sets is given in one piece.")
        token = Token.read(verb, arguments["resumptionToken"])
        if token is None:
            raise OaiError("badResumptionToken", "This token is none of ours; begin the list again.")
        return Question(verb, arguments, token)
    needed, allowed = VERBS[verb]
    if unknown := sorted(arguments.keys() - needed - allowed):
        raise OaiError("badArgument", f"{verb} has no argument {unknown[0]}.")
    if missing := sorted(needed - arguments.keys()):
        raise OaiError("badArgument", f"{verb} needs the argument {missing[0]}.")
    if empty := sorted(name for name, value in arguments.items() if not value):
        raise OaiError("badArgument", f"The argument {empty[0]} is empty.")
    return Question(verb, arguments, _begun(verb, arguments) if needed == _LIST[0] and allowed else None)


def _begun(verb: str, arguments: dict[str, str]) -> Token:
    """Return where a new list begins: the same as a token that nobody gave."""
    since, until = arguments.get("from", ""), arguments.get("until", "")
    if since and until and len(since) != len(until):
        raise OaiError("badArgument", "from and until must have the same granularity.")
    span = Span(arguments.get("set", ""), _moment("from", since, "T00:00:00Z"), _moment("until", until, "T23:59:59Z"))
    if since and until and span.since > span.until:
        raise OaiError("badArgument", "from is later than until.")
    if span.spec and not _SET.fullmatch(span.spec):
        raise OaiError("badArgument", "The set is not written as a setSpec.")
    return Token(verb, arguments["metadataPrefix"], span, START, 0, -1)


def _moment(name: str, said: str, rest: str) -> str:
    """Return a date or a moment as a moment; raises badArgument when it is neither."""
    if not said:
        return ""
    for form, more in ((SECONDS, ""), (DAYS, rest)):
        try:
            if datetime.strptime(said, form).replace(tzinfo=UTC).strftime(form) == said:
                return said + more
        except ValueError:
            continue
    raise OaiError("badArgument", f"{name} is neither YYYY-MM-DD nor YYYY-MM-DDThh:mm:ssZ.")
