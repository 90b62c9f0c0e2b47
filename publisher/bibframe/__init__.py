"""MARC 21 to BIBFRAME 2: the ordered index of all conversion rules.

Each module is one concern of the Library of Congress' conversion specification 2.10; the order here is the order in
which the rules of one tag are asked.
"""

from __future__ import annotations

import gc
from functools import cache

from publisher.bibframe import (
    access,
    acquisition_source,
    added_entries,
    admin,
    attributes,
    cartographic_data,
    characteristics,
    citations,
    classification,
    content_carrier,
    continuing,
    coverage,
    custody,
    editions,
    fixed_data,
    holdings,
    identifiers,
    imprint,
    languages,
    leader,
    links,
    locations,
    music_codes,
    names,
    notes,
    performance,
    physical,
    physical_description,
    series,
    subject_names,
    subjects,
    summaries,
    titles,
    uniform_titles,
)
from publisher.bibframe.conversion import Conversion
from publisher.bibframe.rule import Rule

CONCERNS = (
    leader,
    admin,
    names,
    uniform_titles,
    titles,
    series,
    subject_names,
    subjects,
    physical_description,
    imprint,
    fixed_data,
    identifiers,
    coverage,
    cartographic_data,
    acquisition_source,
    languages,
    music_codes,
    classification,
    editions,
    physical,
    content_carrier,
    characteristics,
    continuing,
    attributes,
    performance,
    summaries,
    access,
    custody,
    citations,
    notes,
    added_entries,
    links,
    locations,
    holdings,
)

RULES: tuple[Rule, ...] = tuple(rule for concern in CONCERNS for rule in concern.RULES)


@cache
def converter() -> Conversion:
    """Return the conversion by all rules; it remembers what it has made, so there is one in a process."""
    return Conversion(RULES)


def fewer_collections() -> None:
    """Let the garbage collector look less often in a process that converts: descriptions are trees, without cycles."""
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)
