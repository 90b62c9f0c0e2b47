"""UTF-8 that was taken for Windows-1252 and encoded once more ("ViÃªt" for "Việt"), and its repair when it is certain.

Exports of Libol have it in single fields; so do catalogues that went through a badly set database driver.
"""

from __future__ import annotations

import re

from publisher.sources.record import Field, Record
from publisher.sources.text import to_nfc

# What Windows-1252 makes of the bytes 80-9F; the five that it leaves open stay what they are in Latin-1.
_FROM_1252 = {ord(bytes([byte]).decode("cp1252", "ignore") or chr(byte)): byte for byte in range(0x80, 0xA0)}
_CONTINUATION = "".join(map(chr, _FROM_1252)) + "".join(map(chr, range(0x80, 0xC0)))
_SEQUENCE = re.compile(
    f"[\xc2-\xdf][{_CONTINUATION}]|[\xe0-\xef][{_CONTINUATION}]{{2}}|[\xf0-\xf4][{_CONTINUATION}]{{3}}"
)
# Letters of Vietnamese and of Western Europe, their marks, and the usual punctuation: what can really have been meant.
_MEANT = re.compile("[\u00a0-\u017f\u01a0\u01a1\u01af\u01b0\u02b9-\u02bc\u0300-\u0336\u1ea0-\u1ef9\u2010-\u2026\u20ab]")


def is_likely(text: str) -> bool:
    """Return quickly whether a closer look is worth it: one of the marks of Vietnamese or French encoded twice."""
    return "\u00c3" in text or "\u00e1\u00bb" in text or "\u00e1\u00ba" in text or "\u00c4" in text or "\u00c6" in text


def repair(text: str, *, sure: bool = False) -> str:
    """Return `text` as it was before it was encoded a second time, or unchanged where that is not certain.

    It is certain when every sequence gives a letter that can have been meant, and there is one of three bytes, or are
    two of them; with `sure` (other fields of the record have proved it) one will do.

    >>> repair("Thá»§ tá»¥c")
    'Thủ tục'
    >>> repair("XÃ HỘI")
    'XÃ HỘI'
    """
    found = _SEQUENCE.findall(text)
    if not found or not (sure or len(set(found)) > 1 or len(found[0]) > 2):
        return text
    meant = {sequence: _meant(sequence) for sequence in set(found)}
    if not all(meant.values()):
        return text
    return _SEQUENCE.sub(lambda match: meant[match.group()], text)


def _meant(sequence: str) -> str:
    try:
        char = bytes(_FROM_1252.get(ord(char), ord(char)) for char in sequence).decode()
    except (UnicodeDecodeError, ValueError):
        return ""
    return char if _MEANT.match(char) else ""


def repair_record(record: Record) -> None:
    """Repair the fields of `record` that were encoded twice (or more often), and note each in its warnings."""
    repaired = [repair(field.content) for field in record.fields]
    sure = any(content != field.content for content, field in zip(repaired, record.fields, strict=True))
    for index, field in enumerate(record.fields):
        content = repair(repaired[index], sure=sure)
        if content != field.content:
            record.fields[index] = Field(field.tag, to_nfc(content), field.position)
            record.warnings.append((field.tag, "the text was encoded in UTF-8 twice; repaired"))
