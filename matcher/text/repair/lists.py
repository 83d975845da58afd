"""The hand-written and built lists in `data/`."""

from collections.abc import Iterator
from importlib import resources


def lines_of(name: str) -> Iterator[str]:
    """Give the lines of a list; blank ones and remarks (#) are left out."""
    listed = (resources.files("matcher.text.repair") / "data" / name).read_text("utf-8")
    return (line for line in listed.splitlines() if line and not line.startswith("#"))
