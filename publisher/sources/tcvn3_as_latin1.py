"""TCVN3 (ABC) text that was taken for Latin-1 and so became Unicode ("Th− viÖn" for "Thư viện"), and its repair."""

from __future__ import annotations

import re

from publisher.sources.encodings import register
from publisher.sources.encodings.capitals import restored
from publisher.sources.record import Field, Record
from publisher.sources.syllables import share
from publisher.sources.text import to_nfc

register()

_ENOUGH = 3
"""Words that must speak for it before a field is repaired."""

# What word processors made of the soft hyphen AD, which is ư: a minus sign, or a hyphen of another kind.
_HYPHENS = str.maketrans({"\u2212": "\u00ad", "\u2010": "\u00ad"})
_CODE = re.compile("\x1f.")
_HIGH = re.compile("[\u0080-\uffff]+")


def is_likely(text: str) -> bool:
    """Return quickly whether a closer look is worth it: signs that stand for đ, à, á, ư, ả, Đ, ạ, ơ and ê."""
    return (
        "®" in text
        or "µ" in text
        or "\u00b8" in text
        or "\u2212" in text
        or "¶" in text
        or "§" in text
        or "¹" in text
        or "¬" in text
        or "ª" in text
    )


def repair(text: str, enough: int = _ENOUGH) -> str:
    """Return `text` read as TCVN3, or unchanged unless nearly all its words are Vietnamese so and few are as it stands.

    >>> repair("Khoa häc x· héi trong giai ®o¹n hiÖn nay")
    'Khoa học xã hội trong giai đoạn hiện nay'
    >>> repair("Größe: 5 µm, Marke ®")
    'Größe: 5 µm, Marke ®'
    """
    try:
        candidate = text.translate(_HYPHENS).encode("cp1252").decode("tcvn3")
    except UnicodeError:
        return text
    good, total = share(_CODE.sub(" ", candidate))
    before, _ = share(_CODE.sub(" ", text))
    return restored(candidate) if good >= enough and good * 10 >= total * 9 and before * 2 <= good else text


def repair_record(record: Record) -> None:
    """Repair the fields of `record` that are TCVN3, and note each in its warnings.

    What one field proves counts for the others, in which a single word may speak for it.
    """
    if not any(is_likely(field.content) and repair(field.content) != field.content for field in record.fields):
        return
    for index, field in enumerate(record.fields):
        content = repair(field.content, enough=1) if _HIGH.search(field.content) else field.content
        if content != field.content:
            record.fields[index] = Field(field.tag, to_nfc(content), field.position)
            record.warnings.append((field.tag, "the text was TCVN3 (ABC) taken for Latin-1; repaired"))
