"""Resumption tokens: where a list goes on, said by the place itself, so that nothing has to be kept for a harvester.

A place is the key (turn, id) of the last entry that was given. It means the same in every release: what changed in the
meantime stands behind it and is still to come, so nothing is skipped; what did not change is where it was, so nothing
comes twice. A token never expires.
"""

from __future__ import annotations

import binascii
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NamedTuple

from pydantic import TypeAdapter, ValidationError

from publisher.release.chronicle import Span

_LONGEST = 1000


class Token(NamedTuple):
    """The list (verb, format, span), the place behind which it goes on, how many came before, how many there were.

    `size` is -1 while nobody has counted.
    """

    verb: str
    prefix: str
    span: Span
    place: tuple[int, int]
    cursor: int
    size: int

    def written(self) -> str:
        """Return the token as it is given to a harvester: letters, digits, - and _."""
        content = _TOKEN.dump_json(self)
        return urlsafe_b64encode(zlib.crc32(content).to_bytes(4, "big") + content).decode().rstrip("=")

    @classmethod
    def read(cls, verb: str, text: str) -> Token | None:
        """Return the token that `written` gave for a list of `verb`, None for anything else."""
        try:
            raw = urlsafe_b64decode(text[:_LONGEST] + "=" * (-len(text) % 4))
            token = _TOKEN.validate_json(raw[4:], strict=False)
        except (ValueError, binascii.Error, ValidationError):
            return None
        whole = raw[:4] == zlib.crc32(raw[4:]).to_bytes(4, "big")
        return token if whole and token.verb == verb and 0 <= min(token.place) <= max(token.place) < 2**62 else None


_TOKEN = TypeAdapter(Token)
