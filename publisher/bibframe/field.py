"""A field as conversion rules see it: with its language, its twin in another script, and its record's kind."""

from __future__ import annotations

from typing import NamedTuple

from publisher.sources.record import Field


class Profile(NamedTuple):
    """What every rule may know of the record without asking for it (MARC 21 leader)."""

    record_type: str
    """Leader/06."""
    level: str
    """Leader/07."""
    form: str
    """Leader/18, descriptive cataloguing form."""
    instance_type: str
    """`Instance`, `SecondaryInstance`, `Work` or `Hub`: the Library of Congress' local leader codes."""


class MarcField(Field):
    """A field in its record.

    `tag` is the tag the field is to be read as: an 880 linked by $6 to 245 has tag "245" and `vernacular` true. `twin`
    is the field at the other end of $6, if the record has it. `lang` is the BCP 47 tag that $6 and 008 tell, or "".
    """

    __slots__ = ("lang", "profile", "twin", "vernacular")

    def __init__(
        self,
        field: Field,
        profile: Profile,
        *,
        lang: str = "",
        twin: MarcField | None = None,
        tag: str = "",
    ) -> None:
        super().__init__(tag or field.tag, field.content, field.position)
        self.profile = profile
        self.lang = lang
        self.twin = twin
        self.vernacular = field.tag == "880"
