"""Ids that organisations give to their records, kept apart from each other's.

What an organisation calls A17 is stored as `3:A17`, 3 being the organisation. So nobody can write
over, or learn of, a record of somebody else by using its id. The platform's own records keep the
ids that their files give them.
"""

import re

from service.access.caller import Caller

_OWN = re.compile(r"[0-9]+:")


def stored_id(caller: Caller, given: str) -> str:
    """Name a record that a caller writes in the way the store does."""
    return held_id(caller.holder, given)


def held_id(holder: int | None, given: str) -> str:
    """Name a record of a holder in the way the store does."""
    return given if holder is None else f"{holder}:{given}"


def shown_id(id_: str) -> str:
    """Return what the holder calls a record."""
    return _OWN.sub("", id_, count=1)
