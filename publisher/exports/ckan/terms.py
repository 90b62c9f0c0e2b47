"""What CKAN must know before anything is written: licences, which it accepts blindly, and groups, which it drops."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from publisher.exports.ckan.portal import Portal


def missing(portal: Portal, licences: Iterable[str], groups: Iterable[str]) -> list[str]:
    """Return a sentence for each of `licences` and `groups` that `portal` does not have; only reads."""
    return [*_missing_licences(portal, sorted(set(licences))), *_missing_groups(portal, sorted(set(groups)))]


def _missing_licences(portal: Portal, wanted: list[str]) -> list[str]:
    known = sorted(each["id"] for each in portal.read("license_list") or ()) if wanted else []
    return [
        f'{portal.url}: CKAN does not know the licence "{licence}"; {_closest(licence.lower(), known)}'
        f"Set ckan.licence_id in rong.toml to one of {', '.join(known)}."
        for licence in wanted
        if licence not in known
    ]


def _missing_groups(portal: Portal, wanted: list[str]) -> list[str]:
    known = sorted(portal.read("group_list") or ()) if wanted else []
    return [
        f'{portal.url}: there is no group "{group}", and CKAN would drop it without a word; {_closest(group, known)}'
        "make it on CKAN, or take it out of groups in dataset.toml."
        for group in wanted
        if group not in known
    ]


def _closest(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}? " if close else ""
