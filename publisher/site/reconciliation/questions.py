"""What clients send, checked: batches of queries and requests for values. What is wrong with one is a sentence.

Source: specification 0.2, Reconciliation Queries and Data Extension Queries.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from werkzeug.exceptions import HTTPException

BATCH = 50
"""Queries in one batch; the manifest says it."""
MOST_IDS = 200
MOST_PROPERTIES = 20
MOST_CANDIDATES = 50
LONGEST_QUERY = 300
LONGEST_BODY = 512 * 1024

Scalar = str | bool | int | float


class Refused(HTTPException):
    """A request that cannot be answered, with the status (RFC 9110) and the reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.code = status
        self.reason = reason


class Reference(BaseModel):
    """A value that is a thing, perhaps one that was reconciled before."""

    model_config = ConfigDict(extra="ignore")
    id: str = Field(max_length=1000)
    name: str = Field(default="", max_length=1000)


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


Values = Annotated[list[Reference | Scalar], BeforeValidator(_as_list), Field(max_length=20)]


class PropertyQuery(BaseModel):
    """A property and the values it should have."""

    model_config = ConfigDict(extra="ignore")
    pid: str = Field(max_length=200)
    v: Values

    def texts(self) -> list[str]:
        """Return the values as text: of a thing its identifier."""
        return [value.id if isinstance(value, Reference) else str(value).strip() for value in self.v]


class Query(BaseModel):
    """One query of a batch."""

    model_config = ConfigDict(extra="ignore")
    query: str = ""
    type: Annotated[list[str], BeforeValidator(_as_list), Field(max_length=20)] = []
    limit: int = Field(default=5, ge=1)
    properties: list[PropertyQuery] = Field(default=[], max_length=MOST_PROPERTIES)
    type_strict: Literal["any", "should", "all"] = "any"


class PropertyWanted(BaseModel):
    """A property whose values are wanted; none of ours has settings."""

    model_config = ConfigDict(extra="ignore")
    id: str = Field(max_length=200)


class Extension(BaseModel):
    """Which properties are wanted of which things."""

    model_config = ConfigDict(extra="ignore")
    ids: list[str] = Field(max_length=MOST_IDS)
    properties: list[PropertyWanted] = Field(max_length=MOST_PROPERTIES)


def batch(text: str) -> dict[str, Query]:
    """Return the queries of a batch by their keys; raises Refused."""
    content = _object(text)
    if len(content) > BATCH:
        raise Refused(413, f"A batch has at most {BATCH} queries, as the manifest says; this one has {len(content)}.")
    found: dict[str, Query] = {}
    for key, said in content.items():
        try:
            query = Query.model_validate({"query": said} if isinstance(said, str) else said)
        except ValidationError as problem:
            raise Refused(400, f"The query {key[:50]!r} cannot be read: {_first(problem)}.") from None
        if not query.query.strip() and not query.properties:
            raise Refused(400, f"The query {key[:50]!r} has neither a query nor properties; give one of them.")
        cut = query.query[:LONGEST_QUERY]
        found[key] = query.model_copy(update={"query": cut, "limit": min(query.limit, MOST_CANDIDATES)})
    return found


def extension(text: str) -> Extension:
    """Return what is wanted of which things; raises Refused."""
    content = _object(text)
    if isinstance(content.get("ids"), list) and len(content["ids"]) > MOST_IDS:
        raise Refused(413, f"At most {MOST_IDS} things can be asked about at once.")
    try:
        return Extension.model_validate(content)
    except ValidationError as problem:
        raise Refused(400, f"The request cannot be read: {_first(problem)}.") from None


def _object(text: str) -> Mapping[str, Any]:
    if len(text) > LONGEST_BODY:
        raise Refused(413, f"A request has at most {LONGEST_BODY // 1024} kB.")
    try:
        content = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Refused(400, "The parameter is not JSON.") from None
    if not isinstance(content, dict):
        raise Refused(400, "The parameter is not a JSON object.")
    return content


def _first(problem: ValidationError) -> str:
    detail = problem.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in detail['loc'])}: {detail['msg'].lower()}"[:200]
