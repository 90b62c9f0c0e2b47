"""Datasets: declared in `exports/`, cut from a release, described in DCAT and schema.org, kept in step on CKAN."""
