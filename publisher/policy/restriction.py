"""Whether a 506 restricts access (MARC 21 Bibliographic, 506)."""

from __future__ import annotations

import re

from publisher.sources.record import Field

_OPEN = "0"
_FREE_ACCESS = re.compile(
    r"no restrictions?|unrestricted|open(ly)? access|open to|freely available|không hạn chế|truy cập mở|tự do", re.I
)


def is_restricted(field: Field) -> bool:
    """Return whether a field 506 restricts access (first indicator 0: no restrictions; 1: restrictions apply).

    With a blank indicator only words that say that access is free make it free.
    """
    if field.ind1 == _OPEN:
        return False
    if field.ind1 == "1":
        return True
    return not _FREE_ACCESS.search(" ".join(field.all("af")))
