"""One short name for a plan, the same wherever the same plan is read."""

import hashlib

from matcher.roadshow.agenda.types import AgendaPlan


def fingerprint(plan: AgendaPlan) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of the plan's parts, in their order."""
    return hashlib.sha256(repr(plan).encode()).hexdigest()[:16]
