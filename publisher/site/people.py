"""Who had a part in a work, and which: contributions, the principal first."""

from __future__ import annotations

from typing import NamedTuple

from publisher.site.thing import Thing


class Contributor(NamedTuple):
    """An agent, and the parts that it had in the work."""

    agent: Thing
    roles: tuple[str, ...]
    principal: bool


def contributors(work: Thing) -> list[Contributor]:
    """Return who had a part in `work`: the principal ones first, then in the order of their names."""
    found: dict[str, Contributor] = {}
    for contribution in work.things("bf:contribution"):
        principal = "PrimaryContribution" in contribution.classes
        roles = [role.label for role in contribution.things("bf:role") if role.exists]
        for agent in contribution.things("bf:agent"):
            known = found.get(agent.iri, Contributor(agent, (), False))
            every = tuple(dict.fromkeys([*known.roles, *roles]))
            found[agent.iri] = Contributor(agent, every, known.principal or principal)
    return sorted(found.values(), key=lambda each: (not each.principal, each.agent.sort_key))
