"""Language tags as BCP 47 wants them: the shortest code of a language, the script with a capital ("fr", "zh-Hani").

A description has them as its source says or as the reference conversion writes them ("fre", "zh-hani").

Source: RFC 5646, sections 2.1.1 (case) and 2.2.1 (the shortest code).
"""

from __future__ import annotations

from functools import lru_cache

from publisher.rdf.codelists import codelist


@lru_cache(maxsize=1024)
def canonical(tag: str) -> str:
    """Return `tag` in its canonical form.

    >>> canonical("fre"), canonical("zh-hani"), canonical("bdq")
    ('fr', 'zh-Hani', 'bdq')
    """
    language, *others = tag.split("-")
    row = codelist("languages").get(language) or codelist("language-aliases").get(language)
    shortest = row.more["bcp47"] if row is not None else ""
    parts = [part.capitalize() if len(part) == 4 and part.isalpha() else part for part in others]
    return "-".join([shortest or language.lower(), *parts])
