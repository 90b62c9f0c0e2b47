"""rong.toml -> Settings. Every setting is described in docs/settings.md; a test holds that.

No province, law, licence or body is written into the code: they are data here, dated where they change.
"""

from publisher.config.bodies import Bilingual, Body, Contact, DatedName, Licence, Publisher
from publisher.config.content import Build, Identity, Indicators, Limits, Policy, Reconciliation, Target
from publisher.config.libraries import Address, Coordinates, Library, Source
from publisher.config.service import Alarms, Ckan, Security, Serve, Sparql
from publisher.config.settings import Settings
from publisher.config.values import DEFAULT_BASE, STANDARD_INPUT

__all__ = [
    "DEFAULT_BASE",
    "STANDARD_INPUT",
    "Address",
    "Alarms",
    "Bilingual",
    "Body",
    "Build",
    "Ckan",
    "Contact",
    "Coordinates",
    "DatedName",
    "Identity",
    "Indicators",
    "Library",
    "Licence",
    "Limits",
    "Policy",
    "Publisher",
    "Reconciliation",
    "Security",
    "Serve",
    "Settings",
    "Source",
    "Sparql",
    "Target",
]
