"""CKAN, kept in step with a release: what is wanted is compared with what is there, and only the difference is written.

desired   what CKAN should have, from the datasets of a release
portal    CKAN itself, through ckanapi: timeouts, safe retries, every write counted
plan      the difference between the two, for people and for machines
apply     carries a plan out, and looks again whenever CKAN leaves it unsure
verify    downloads everything back and compares
stewardship   takes over what is there already, deletes what is declared no more; only when asked to
"""

from publisher.exports.ckan.apply import Applied, apply
from publisher.exports.ckan.plan import Plan, make_plan
from publisher.exports.ckan.portal import Portal
from publisher.exports.ckan.stewardship import adopt, left_over, prune
from publisher.exports.ckan.token import read_token
from publisher.exports.ckan.verify import Verification, verify

__all__ = [
    "Applied",
    "Plan",
    "Portal",
    "Verification",
    "adopt",
    "apply",
    "left_over",
    "make_plan",
    "prune",
    "read_token",
    "verify",
]
