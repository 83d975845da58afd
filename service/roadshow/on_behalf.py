"""The records and the matcher of a running server, as one organisation's roadshow may use them.

A plan is always worked on with the sight of the organisation that it belongs to, whoever of the
platform opens it: so nothing gets into it that its own people may not see.
"""

from service.access.caller import SCOPES, Caller
from service.roadshow.scope import Scope
from service.web.workplace import Workplace
from service.workbench.corrections import corrected_for


def scope_for(place: Workplace, owner: int | None) -> Scope:
    """Make what use cases take; `owner` is an organisation, or None for the platform.

    Raises:
        NotReadyError: there is no index yet.
    """
    sight = sight_of(owner)
    return Scope(place.store, place.matcher, place.home, sight, corrected_for(place, sight))


def sight_of(owner: int | None) -> Caller:
    """Somebody who sees what an organisation sees; the platform sees everything."""
    if owner is None:
        return Caller(0, "", "", 0, "", "admin", frozenset(SCOPES))
    return Caller(0, "", "", owner, "", "organiser", frozenset({"read"}))
