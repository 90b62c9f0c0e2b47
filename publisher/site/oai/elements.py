"""XML elements of text that came from anywhere: what XML 1.0 does not allow is left out."""

from __future__ import annotations

import re

from lxml import etree

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
SCHEMA_LOCATION = f"{{{_XSI}}}schemaLocation"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Return `text` without the characters that XML 1.0 (2.2) does not have."""
    return _NOT_XML.sub("", text)


def root(namespace: str, name: str, schema: str) -> etree._Element:
    """Return the element `name` of `namespace`, which is the default one, described by the XML Schema at `schema`."""
    names = {None: namespace, "xsi": _XSI}
    made = etree.Element(f"{{{namespace}}}{name}", nsmap=names)  # type: ignore[arg-type]  # lxml-stubs forgets None
    made.set(SCHEMA_LOCATION, f"{namespace} {schema}")
    return made


def add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    """Add to `parent` an element of its namespace, with `text`; return it."""
    namespace = etree.QName(parent).namespace
    made = etree.SubElement(parent, f"{{{namespace}}}{name}", {key: clean(said) for key, said in attributes.items()})
    if text:
        made.text = clean(text)
    return made
