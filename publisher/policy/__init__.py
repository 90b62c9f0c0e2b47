"""What may go out: the one place where the conditions of publication are enforced.

A record is withheld when a rule matches, and every decision names the rule that made it. What must not leave is taken
out before anything else sees the record. The conditions are data: `[policy]` in rong.toml names fields and flags, and
`policy.toml` says the rest in words, each rule with its source in law and its dates (docs/policy.md).
"""

from publisher.policy.fate import PUBLISH, Decision, Fate
from publisher.policy.gate import REFUSED_KINDS, Policy
from publisher.policy.restriction import is_restricted

__all__ = ["PUBLISH", "REFUSED_KINDS", "Decision", "Fate", "Policy", "is_restricted"]
