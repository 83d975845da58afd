"""Which repair it was: what an index built on repaired texts depends on."""

import hashlib
from functools import cache
from importlib import resources

VERSION = 1
"""Raised whenever a rule may give another text."""


@cache
def repair_fingerprint() -> str:
    """Name the version of the rules and the tables that they read."""
    folder = resources.files("matcher.text.repair") / "data"
    digest = hashlib.sha256()
    for part in sorted(folder.iterdir(), key=lambda one: one.name):
        digest.update(hashlib.sha256(part.read_bytes()).digest())
    return f"repair@{VERSION}:{digest.hexdigest()[:12]}"
