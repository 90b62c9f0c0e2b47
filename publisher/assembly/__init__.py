"""One station of the assembly line: a batch of raw records in, their outcomes out. Runs in a worker process.

Everything here depends on one record and the settings alone: the batch, the order and the process do not matter.
"""

from publisher.assembly.batch import Head, fewer, head_of, outcomes_of
from publisher.assembly.fingerprint import fingerprint, is_alone
from publisher.assembly.outcome import Brief, Outcome
from publisher.assembly.worker import outcomes, start

__all__ = [
    "Brief", "Head", "Outcome", "fewer", "fingerprint", "head_of", "is_alone", "outcomes", "outcomes_of", "start",
]  # fmt: skip
