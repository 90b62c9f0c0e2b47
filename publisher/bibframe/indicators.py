"""The values that MARC 21 gives the indicators of fields that conversion reads them of.

Source: MARC 21 Format for Bibliographic Data, update 39. A field that is not listed may have anything: its indicators
change nothing. Blanks are written `#`; 0-9 stands for nonfiling characters.
"""

from __future__ import annotations

from functools import cache

NINE = "0123456789"

TABLE = f"""
016 #7 #|022 #01 #|024 0123478 #01|028 0123456 0123|033 #012 #012|034 #013 #01|037 #23 #|041 #01 #7|045 #012 #
046 #123 #|047 # #7|048 # #7|050 #01 #04|052 #17 #|055 #01 {NINE}|060 #01 #04|070 #01 #|072 # #07|080 #01 #
082 #017 #04|086 #01 #|100 013 #|110 012 #|111 012 #|130 {NINE} #|210 #01 #0|222 # {NINE}|240 #01 {NINE}
242 01 {NINE}|243 01 {NINE}|245 01 {NINE}|246 #0123 #012345678|247 01 01|260 #23 #|264 #23 01234|307 #8 #|341 #01 #
362 #01 #|382 #0123 #01|384 #01 #|490 01 #|505 0128 #0|506 #01 #|510 01234 #|511 #01 #|516 #8 #|520 #012348 #
521 #012348 #|522 #8 #|524 #8 #|532 0128 #|541 #01 #|544 #01 #|545 #01 #|555 #08 #|556 #8 #|561 #01 #|583 #01 #
586 #8 #|588 #01 #|600 013 01234567|610 012 01234567|611 012 01234567|630 {NINE} 01234567|647 # 01234567
648 #01 01234567|650 #012 01234567|651 # 01234567|653 #012 #0123456|655 #0 #01234567|700 013 #2|710 012 #2|711 012 #2
720 #12 #|730 {NINE} #2|740 {NINE} #2|760 01 #8|762 01 #8|765 01 #8|767 01 #8|770 01 #8|772 01 #08|773 01 #8
774 01 #8|775 01 #8|776 01 #8|777 01 #8|780 01 01234567|785 01 012345678|786 01 #8|787 01 #8|800 013 #|810 012 #
811 012 #|830 # {NINE}|852 #012345678 #012|856 #012347 #012348
"""


@cache
def defined() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Return the values of the first and of the second indicator, by tag.

    >>> "1" in defined()["245"][0], "8" in defined()["245"][0]
    (True, False)
    """
    found = {}
    for line in TABLE.replace("|", "\n").split("\n"):
        if line.strip():
            tag, first, second = line.split()
            found[tag] = frozenset(first.replace("#", " ")), frozenset(second.replace("#", " "))
    return found
