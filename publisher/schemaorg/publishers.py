"""The name of a publisher, from what stands in the imprint: without the cataloguer's brackets, nothing for nobody.

Source: RDA 2.8.4.7 and AACR2 1.4D7 ("[publisher not identified]", "[s.n.]"), and what Vietnamese libraries write.
"""

from __future__ import annotations

import re

_NONSORTING = str.maketrans("", "", "\x88\x89\x98\x9c")
"""Marks of what is passed over in sorting (ISO 6630, and in Unicode U+0098 and U+009C)."""

_NOBODY = re.compile(
    r"s\.? ?n\.?|sine nomine|n\.? ?p\.?|(?:publisher|distributor|producer|manufacturer|printer) not identified"
    r"|éditeur non identifié|verlag nicht ermittelbar|editor no identificado"
    r"|k\.? ?n(?:h\.?)? ?x\.? ?b\.?|k(?:hông|\.) (?:rõ|có|xác định được) (?:nhà xuất bản|nxb\.?)",
    re.IGNORECASE,
)


def publisher_name(text: str) -> str:
    """Return the name that `text`, an agent of an imprint, tells; "" where it says that nobody is known.

    >>> publisher_name("[New Zealand Parliament]"), publisher_name("Columbia [Records]"), publisher_name("[S.n.].")
    ('New Zealand Parliament', 'Columbia [Records]', '')
    """
    name = text.translate(_NONSORTING).strip(" ,،;:")
    bare = name.rstrip(".").rstrip() if name.rstrip(". ").endswith("]") else name
    if bare.startswith("[") and bare.endswith("]") and not set("[]") & set(bare[1:-1]):
        name = bare[1:-1].strip(" ,،;:")
    return "" if _NOBODY.fullmatch(name) else name
