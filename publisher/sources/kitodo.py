"""The description in a METS document as Kitodo and Goobi keep it in the workshop: names and values, no MODS.

Source: the rulesets of Kitodo.Production (https://github.com/kitodo/kitodo-production), `metadata name="TitleDocMain"`.
"""

from __future__ import annotations

from lxml import etree

from publisher.sources.draft import Draft, squeezed

_ROLES = {
    "Author": ("aut", True),
    "Editor": ("edt", False),
    "Translator": ("trl", False),
    "Illustrator": ("ill", False),
}


def read(element: etree._Element, draft: Draft) -> bool:
    """Read what `element` says by Kitodo's names into `draft`; return whether it had a title."""
    said: dict[str, str] = {}
    people: list[tuple[str, str]] = []
    for each in element.iter("{*}metadata", "{*}metadataGroup"):
        name = str(each.get("name") or "")
        if name in _ROLES:
            people.append((name, _person(each)))
        elif not len(each):
            said.setdefault(name, squeezed(str(each.text or "")))
    title = said.get("TitleDocMain") or said.get("TitleDocMainShort") or said.get("title", "")
    if not title:
        return False
    draft.title(title, said.get("TitleDocSub1", ""))
    for role, name in people:
        if name:
            code, main = _ROLES[role]
            draft.name(name, main=main, role="" if main else code)
    draft.published(said.get("PlaceOfPublication", ""), said.get("PublisherName", ""), said.get("PublicationYear", ""))
    if said.get("DocLanguage"):
        draft.speaks(said["DocLanguage"])
    draft.number(said.get("CatalogIDDigital", ""))
    return True


def _person(element: etree._Element) -> str:
    parts: dict[str, str] = {}
    for each in element.iter(etree.Element):
        name = str(each.get("name") or str(each.tag).rpartition("}")[2])
        parts.setdefault(name, squeezed(str(each.text or "")))
    last = parts.get("LastName") or parts.get("lastName") or ""
    first = parts.get("FirstName") or parts.get("firstName") or ""
    return ", ".join(filter(None, (last, first))) or parts.get("DisplayName") or parts.get("displayName") or ""
