"""Who may see a record, as something that can be compared.

Records that are shown as one show each other's content. So only records that the same people may
see are ever merged, and where a change makes them differ they are taken apart.
"""

from collections.abc import Hashable, Iterable

from sqlalchemy import Connection, select, update

from matcher.types import Side
from service.store import groups
from service.store.people_tables import GrantRow
from service.store.rows import TABLES
from service.store.tables import MergeRow

Audience = Hashable
"""Equal for records that the same people may see."""


def audiences(connection: Connection, side: Side, ids: Iterable[str]) -> dict[str, Audience]:
    """Tell who may see records: everybody, or their holder with those who were granted them.

    Args:
        connection: to the database.
        side: whose records.
        ids: of the records; one that is not there is left out.
    """
    table = TABLES[side]
    found: dict[str, Audience] = {}
    for part in groups.parts(sorted(set(ids))):
        grants: dict[str, set[int]] = {}
        asked = select(GrantRow.record_id, GrantRow.organisation_id).where(
            GrantRow.kind == side, GrantRow.record_id.in_(part)
        )
        for id_, organisation in connection.execute(asked):
            grants.setdefault(id_, set()).add(organisation)
        rows = select(table.c.id, table.c.visibility, table.c.holder).where(table.c.id.in_(part))
        for id_, visibility, holder in connection.execute(rows):
            found[id_] = _audience(visibility, holder, frozenset(grants.get(id_, ())))
    return found


def _audience(visibility: str, holder: int | None, granted: frozenset[int]) -> Audience:
    if visibility == "公开":
        return visibility
    return (visibility, holder, granted if visibility == "受限" else frozenset())


def part_unlike(connection: Connection, side: Side, since: int, revision: int) -> int:
    """Take apart what was merged and what a change has given another audience.

    Args:
        connection: to the database.
        side: whose records.
        since: records with a later revision were changed.
        revision: the last one given out.

    Returns:
        The last revision given out. The pairs wait for a person again.
    """
    table = TABLES[side]
    changed = select(table.c.id).where(table.c.revision > since)
    touched = table.c.id.in_(changed) | table.c.merged_into.in_(changed)
    pairs = connection.execute(
        select(table.c.id, table.c.merged_into).where(table.c.merged_into.is_not(None), touched)
    ).all()
    seen = audiences(connection, side, {id_ for pair in pairs for id_ in pair})
    for absorbed, kept in pairs:
        if seen[absorbed] == seen.get(kept):
            continue
        connection.execute(update(table).where(table.c.id == absorbed).values(merged_into=None))
        ended = (
            *(MergeRow.kind == side, MergeRow.state == "merged"),
            *(MergeRow.kept == kept, MergeRow.absorbed == absorbed),
        )
        connection.execute(update(MergeRow).where(*ended).values(state="proposed"))
        root = groups.root_of(connection, side, kept)
        revision = groups.touch(connection, side, (absorbed, root), revision)
    return revision
