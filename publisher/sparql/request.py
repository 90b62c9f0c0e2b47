"""From an HTTP request to a query: the SPARQL 1.1 Protocol, section 2.1, and nothing else."""

from __future__ import annotations

import asyncio
import codecs
import math
import re
from binascii import a2b_qp
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from publisher.sparql import problems
from publisher.sparql.settings import EndpointSettings

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_MOST_PARAMETERS = 1000
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class Headers:
    """The headers of a request, by lower-case name; several of one name are joined by commas."""

    values: Mapping[str, str]

    @classmethod
    def of(cls, scope: Scope) -> Headers:
        """Read them out of an ASGI scope."""
        found: dict[str, str] = {}
        for name, value in scope["headers"]:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1")
            found[key] = f"{found[key]}, {text}" if key in found else text
        return cls(found)

    def get(self, name: str) -> str:
        """Return the value of a header, an empty string without it."""
        return self.values.get(name, "")


@dataclass(frozen=True)
class Asked:
    """What a client asks for. `query` is None when it sent none: then it wants the description or the page."""

    query: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str = ""
    seconds: float | None = None
    """How long the client wants to wait at most (`timeout`), where that is less than the time limit."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Everything else (`lang`, ...), the last value of each name."""


async def read(scope: Scope, headers: Headers, receive: Receive, settings: EndpointSettings) -> Asked:
    """Return what a GET, HEAD or POST asks for. Raises `Problem` (400, 403, 405, 408, 413, 414, 415)."""
    in_address = parameters(scope["query_string"], "the address")
    method = scope["method"]
    if method in ("GET", "HEAD"):
        return _asked(in_address, [], settings, too_long=414)
    if method != "POST":
        raise problems.method_not_allowed(method)
    content_type, charset = _content_type(headers)
    if content_type == _UPDATE:
        raise problems.update_refused()
    if content_type not in (_FORM, _QUERY):
        raise problems.unsupported_type(headers.get("content-type"))
    if charset not in ("", "utf-8", "utf8", "us-ascii"):
        raise problems.unsupported_type(headers.get("content-type"))
    coding = headers.get("content-encoding").strip().lower()
    if coding not in ("", "identity"):
        raise problems.unsupported_coding(coding)
    body = await _body(headers, receive, settings)
    if content_type == _FORM:
        _refuse_in_address(in_address)
        return _asked(parameters(body, "the form"), in_address, settings, too_long=413)
    _refuse_in_address(in_address)
    return _asked([("query", _text(body.removeprefix(codecs.BOM_UTF8)))], in_address, settings, too_long=413)


def _refuse_in_address(in_address: list[tuple[str, str]]) -> None:
    for name, _ in in_address:
        if name in ("query", "update"):
            raise problems.bad_request(
                "query-twice",
                f"Với POST, tham số {name} nằm trong nội dung gửi lên, không nằm trong địa chỉ.",
                f"With POST, the parameter {name} belongs in the body, not in the address.",
            )


def _content_type(headers: Headers) -> tuple[str, str]:
    media_type, *parameters = headers.get("content-type").split(";")
    charset = ""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
    return media_type.strip().lower(), charset


async def _body(headers: Headers, receive: Receive, settings: EndpointSettings) -> bytes:
    """Take the body as it arrives and stop at the limits of size and time."""
    limit = settings.body_bytes
    length = headers.get("content-length")
    if length.isdecimal() and int(length) > limit:
        raise problems.body_too_large(limit)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(settings.body_seconds):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    # The client has gone, or its chunks are none (RFC 9112, 7.1): then it reads this.
                    raise problems.bad_request(
                        "broken-body", "Nội dung gửi lên bị hỏng hoặc dở dang.", "The body of the request is broken."
                    )
                part = message.get("body", b"")
                size += len(part)
                if size > limit:
                    raise problems.body_too_large(limit)
                parts.append(part)
                if not message.get("more_body"):
                    return b"".join(parts)
    except TimeoutError:
        raise problems.body_too_slow(settings.body_seconds) from None


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(error.start) from None


def _not_utf8(position: int) -> problems.Problem:
    return problems.bad_request(
        "not-utf-8",
        f"Truy vấn không phải là UTF-8 (từ byte thứ {position + 1}).",
        f"The query is not UTF-8 (at byte {position + 1}).",
    )


def plain_query(encoded: bytes) -> str | None:
    """Return the query of an address that has nothing else to say; None for any other, and for a broken one."""
    if not encoded.startswith(b"query=") or b"&" in encoded or _BROKEN_ESCAPE.search(encoded):
        return None
    try:
        return _unescaped(encoded[6:])
    except problems.Problem:
        return None


def parameters(encoded: bytes, where: str = "the address") -> list[tuple[str, str]]:
    """Return the parameters of an address or a form, in order (URL Standard, 5.1, but strict). Raises `Problem` 400."""
    fields = [field for field in encoded.split(b"&") if field]
    if len(fields) > _MOST_PARAMETERS:
        raise problems.bad_request(
            "too-many-parameters", "Có quá nhiều tham số.", f"There are too many parameters in {where}."
        )
    if _BROKEN_ESCAPE.search(encoded):
        raise problems.bad_request(
            "bad-escape",
            "Có dấu % mà không theo sau bởi hai chữ số thập lục phân; hãy viết nó là %25.",
            f"In {where} there is a % without two hexadecimal digits after it; write it as %25.",
        )
    return [(_unescaped(name), _unescaped(value)) for name, _, value in (field.partition(b"=") for field in fields)]


def _unescaped(text: bytes) -> str:
    data = text.replace(b"+", b" ")
    if b"%" in data:
        # Quoted-printable is the same with another sign; and its decoder is written in C, ten times as fast.
        data = a2b_qp(data.replace(b"=", b"=3D").replace(b"%", b"="))
    return _text(data)


def _asked(
    protocol: list[tuple[str, str]], beside: list[tuple[str, str]], settings: EndpointSettings, *, too_long: int
) -> Asked:
    """Sort the parameters; those `beside` (in the address of a POST) count where the protocol's own do not."""
    queries = [value for name, value in protocol if name == "query"]
    updates = [value for name, value in protocol if name == "update"]
    if queries and updates:
        raise problems.bad_request(
            "query-and-update",
            "Chỉ được gửi một trong hai: query hoặc update; và ở đây chỉ nhận query.",
            "Send either query or update, not both; and only query is accepted here.",
        )
    if updates:
        raise problems.update_refused()
    if len(queries) > 1:
        raise problems.bad_request(
            "several-queries", "Tham số query chỉ được có một lần.", "The parameter query may occur only once."
        )
    if queries and len(queries[0].encode()) > settings.query_bytes:
        raise problems.query_too_long(too_long, settings.query_bytes)
    both = [*beside, *protocol]
    others = dict(both)
    # SPARQLWrapper sends `format` several times, and lists in it; the first that is known counts.
    formats = [value for wanted in ("format", "output") for name, value in both if name == wanted]
    return Asked(
        query=queries[0] if queries else None,
        default_graphs=_graphs(both, "default-graph-uri"),
        named_graphs=_graphs(both, "named-graph-uri"),
        format=",".join(filter(None, formats)),
        seconds=_seconds(others.get("timeout", ""), settings.time_limit),
        parameters=others,
    )


def _seconds(text: str, limit: float) -> float | None:
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not seconds > 0:
        raise problems.bad_request(
            "bad-timeout",
            f"timeout phải là số giây lớn hơn 0, không phải {text[:50]!r}.",
            f"timeout must be a number of seconds above 0, not {text[:50]!r}.",
        )
    return seconds if seconds < limit else None


def _graphs(parameters: list[tuple[str, str]], name: str) -> tuple[str, ...]:
    found = []
    for key, value in parameters:
        if key != name or not value:
            continue
        try:
            found.append(ox.NamedNode(value).value)
        except ValueError:
            raise problems.bad_request(
                "bad-graph-iri",
                f"{name} phải là một IRI đầy đủ, không phải {value[:200]!r}.",
                f"{name} must be an absolute IRI, not {value[:200]!r}.",
            ) from None
    return tuple(found)
