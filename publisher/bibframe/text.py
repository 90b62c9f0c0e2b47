"""Text of subfields: white space, and the punctuation that ISBD put there and a description does not want.

Source: Conversion specification 2.10, Process 7 (punctuation).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from publisher.rdf.codelists import codelist
from publisher.rdf.text import percent_encode, squeeze

# The reference knows A to Z only; "Nguyễn, Đ." and "Иванов, И." end in an initial as well.
_CAPITAL = "[" + "".join(chr(code) for code in range(0x2000) if chr(code).isupper()) + "]"
_INITIAL_AT_END = re.compile(rf"(?:^|[ .]){_CAPITAL}$")
# A text that begins with a full stop ("... the end.") counts as one with initials, as in the reference.
_INITIAL_BEFORE_PERIOD = re.compile(rf"(?:^|[ .]){_CAPITAL}(?:\.|$)|^\.")


@lru_cache(maxsize=4096)
def chop(
    text: str,
    end: str = ".:;,/=",
    *,
    term: str = ".?!",
    lead: str = ";=",
    force: bool = False,
    parens: bool = False,
    brackets: bool = False,
) -> str:
    """Return `text` without the punctuation that only separates it from its neighbours.

    `end` is taken off the end and `lead` off the beginning, with unbalanced brackets and quotation marks. A final full
    stop stays after an initial, after an abbreviation, and where the text has more than one sentence (a mark of `term`
    inside) unless `force` is set. `parens` takes off enclosing parentheses; `brackets` puts the result in square ones.

    >>> chop("Hà Nội :"), chop("Norris, Stephen P."), chop("[S.l. :")
    ('Hà Nội', 'Norris, Stephen P.', '[S.l.]')
    """
    while True:
        text = squeeze(text)
        if not text:
            return ""
        if parens and text[0] == "(":
            close = text.rfind(")")
            text = text[1:close] + text[close + 1 :] if close > 1 else text[1:]
        elif text[0] in lead:
            text = text[1:]
        elif (unbalanced := _unbalanced(text)) >= 0:
            text = text[:unbalanced] + text[unbalanced + 1 :]
        elif text[-1] == "\ufe21":
            return _balance(text, brackets)
        elif text[-1] == "." and "." in end and not force:
            if _keeps_full_stop(text, term):
                return _balance(text, brackets)
            text = text[:-1]
        elif text[-1] in end:
            text = text[:-1]
        else:
            return _balance(text, brackets)


def _unbalanced(text: str) -> int:
    """Return the index of a bracket or quotation mark without its partner, or -1 (the order is the reference's)."""
    for opening, closing in ("()", "{}"):
        at = text.find(opening)
        if at >= 0 and closing not in text[at + 1 :]:
            return at
    at = text.find('"')
    if at >= 0 and '"' not in text[at + 1 :]:
        return at
    for opening, closing in ("()", "{}"):
        at = text.find(closing)
        if at >= 0 and opening not in text[:at]:
            return at
    return -1


def _keeps_full_stop(text: str, term: str) -> bool:
    body = text[:-1]
    if _INITIAL_AT_END.search(body):
        return True
    if _INITIAL_BEFORE_PERIOD.search(body):
        return False
    if any(text == abbreviation or text.endswith(" " + abbreviation) for abbreviation in _abbreviations()):
        return True
    return any(mark in body for mark in term)


@lru_cache(maxsize=1)
def _abbreviations() -> tuple[str, ...]:
    return tuple(codelist("abbreviations"))


def _balance(text: str, brackets: bool) -> str:
    opening, closing = text.find("["), text.find("]")
    if opening >= 0 and "]" not in text[opening + 1 :]:
        return text + "]"
    if closing >= 0 and "[" not in text[:closing]:
        return "[" + text
    return f"[{text}]" if brackets else text


def delimited(texts: Iterable[str], mark: str = ";") -> str:
    """Join `texts` with `mark` and a space; a text that ends in punctuation of its own gets no `mark`.

    >>> delimited(["Hà Nội", "Huế :", "Nhã Nam"])
    'Hà Nội; Huế : Nhã Nam'
    """
    kept = [text for text in map(squeeze, texts) if text]
    return " ".join([text if text[-1] in _OWN_MARKS else text + mark for text in kept[:-1]] + kept[-1:])


_OWN_MARKS = frozenset(".:,;/")


def edtf(date: str) -> str:
    """Return a date of 033 or 263 (yyyymmddhhmm+-hhmm, `-` for what is not known) in EDTF, with X for unknown digits.

    >>> edtf("19980701"), edtf("1998----"), edtf("1998"), edtf("199807011430+0700")
    ('1998-07-01', '1998-XX-XX', '1998', '1998-07-01T14:30:00+07:00')
    """
    date = date[:12].replace("-", "X") + date[12:]
    if len(date) == len("yyyy"):
        return date
    day = f"-{date[6:8]}" if date[6:8] else ""
    time = f"T{date[8:10]}:{date[10:12]}:00" if date[8:12] else ""
    zone = f"{date[12:15]}:{date[15:17]}" if date[12:17] else ""
    return f"{date[:4]}-{date[4:6]}{day}{time}{zone}"


def edtf_046(date: str) -> str:
    """Return a date of 046 (yyyymmddhhmmss) in EDTF.

    >>> edtf_046("19980701"), edtf_046("1998")
    ('1998-07-01', '1998')
    """
    date = unknown_digits(date)
    day = "-".join(part for part in (date[:4], date[4:6], date[6:8]) if part)
    time = ":".join(part for part in (date[8:10], date[10:12], date[12:]) if part)
    return f"{day}T{time}" if time else day


_DAY = r"-?[\dX]{4}(?:-(?:0[1-9]|1[0-2]|2[1-4]|[01X]X)(?:-(?:0[1-9]|[12]\d|3[01]|[0-3X]X)(?:T[\d:.+-]+Z?)?)?)?[~?%]?"
_EDTF = re.compile(rf"(?:{_DAY})(?:/(?:{_DAY}|\.\.)?)?|(?:\.\.)?/{_DAY}")


def is_edtf(date: str) -> bool:
    """Return whether `date` is a date or an interval in EDTF, levels 0 and 1; a time may be cut short, as MARC's are.

    Source: Extended Date/Time Format (Library of Congress, 2019).

    >>> is_edtf("1998-07-XX/.."), is_edtf("2004~/"), is_edtf("1968-13-3"), is_edtf("####")
    (True, True, False, False)
    """
    return _EDTF.fullmatch(date) is not None


def unknown_digits(date: str) -> str:
    """Return a date of 008 with `X` for the digits that are not known ("199u" -> "199X")."""
    return date.replace("u", "X").replace("U", "X")


def code_for_iri(code: str, *, strip_punctuation: bool = False) -> str:
    """Return `code` as the last segment of an IRI: lower case, percent-encoded.

    >>> code_for_iri("MiAaHDL"), code_for_iri("DLC-R ", strip_punctuation=True)
    ('miaahdl', 'dlcr')
    """
    if strip_punctuation:
        code = code.translate(_PUNCTUATION)
    return percent_encode(squeeze(code).lower())


_PUNCTUATION = str.maketrans("", "", ".?!,;:-/\\()[]{} ")
