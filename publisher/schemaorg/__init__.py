"""BIBFRAME to schema.org: what search engines and other people's programs understand, from the same description."""

from publisher.schemaorg.alone import alone
from publisher.schemaorg.mapping import SchemaOrg, offers, schema_of

__all__ = ["SchemaOrg", "alone", "offers", "schema_of"]
