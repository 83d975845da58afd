"""Records that a caller may see, by id, as matches show them: merged ones as one."""

from sqlalchemy import select

from matcher.types import Achievement, Need, Record, Side
from service.access.caller import Caller
from service.access.sight import may_see
from service.store.rows import TABLES
from service.web.errors import NotFoundError
from service.web.workplace import Workplace


def visible_record(place: Workplace, caller: Caller, side: Side, id_: str) -> Record:
    """Return a record; the id of one that was merged into another leads to that one.

    Raises:
        NotFoundError: there is none, or the caller may not see it.
    """
    found = place.store.get(side, id_)
    if found is not None:
        table = TABLES[side]
        with place.store.reading() as connection:
            allowed = select(table.c.id).where(table.c.id == found.id, may_see(side, caller))
            if connection.scalar(allowed) is not None:
                return found
    raise NotFoundError(f"没有编号为“{id_}”的记录，或者它不对您公开。")


def visible_need(place: Workplace, caller: Caller, id_: str) -> Need:
    """Return a need. Raises NotFoundError."""
    found = visible_record(place, caller, "need", id_)
    if not isinstance(found, Need):
        raise NotFoundError
    return found


def visible_achievement(place: Workplace, caller: Caller, id_: str) -> Achievement:
    """Return an achievement. Raises NotFoundError."""
    found = visible_record(place, caller, "achievement", id_)
    if not isinstance(found, Achievement):
        raise NotFoundError
    return found
