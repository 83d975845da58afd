"""Which records a caller may see.

公开 records are everybody's, 本机构 ones their holder's, 受限 ones their holder's and those of the
organisations that were granted them. What nobody holds (imported by the platform) and is not 公开
is seen by the platform's admins alone. The rule is asked before anything is ranked or counted.
"""

from sqlalchemy import ColumnElement, Connection, and_, or_, select, true

from matcher.types import Side
from service.access.caller import Caller
from service.store.people_tables import GrantRow
from service.store.rows import TABLES


def may_see(side: Side, caller: Caller) -> ColumnElement[bool]:
    """The condition on a side's table that its rows may be shown to the caller."""
    if caller.is_admin:
        return true()
    table = TABLES[side]
    granted = select(GrantRow.record_id).where(
        GrantRow.kind == side, GrantRow.organisation_id == caller.organisation_id
    )
    return or_(
        table.c.visibility == "公开",
        table.c.holder == caller.organisation_id,
        and_(table.c.visibility == "受限", table.c.id.in_(granted)),
    )


def hidden_ids(connection: Connection, side: Side, caller: Caller) -> frozenset[str]:
    """Ids of the records that must be kept from the caller."""
    if caller.is_admin:
        return frozenset()
    table = TABLES[side]
    # The index answers "less or more"; for "not" SQLite would read every record.
    closed = select(table.c.id).where(or_(table.c.visibility < "公开", table.c.visibility > "公开"))
    # `holder` may be NULL, and NOT (NULL) is NULL: so what may be seen is taken away from all.
    seen = closed.where(may_see(side, caller))
    return frozenset(connection.scalars(closed)) - frozenset(connection.scalars(seen))
