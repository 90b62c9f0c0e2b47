"""BIBFRAME to schema.org: what search engines and other people's programs understand, from the same description."""

from publisher.schemaorg.mapping import SchemaOrg, schema_of

__all__ = ["SchemaOrg", "schema_of"]
