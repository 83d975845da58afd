"""What roadshows are made with, and for whom: the store, a matcher, the home, and who asks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select, true

from matcher.pipeline import Matcher
from matcher.reading.closely import Corrected
from matcher.types import Side
from service.access.caller import Caller
from service.access.sight import may_see
from service.settings import Home
from service.store.among import among
from service.store.rows import TABLES
from service.store.store import Store


@dataclass(frozen=True)
class Scope:
    """What every use case here takes.

    Attributes:
        store: the records.
        matcher: over the newest index.
        home: where fits are remembered.
        caller: who asks; None on the command line, which sees everything.
        corrected: what people say that needs ask for (`service.workbench.corrections`).
    """

    store: Store
    matcher: Matcher
    home: Home
    caller: Caller | None = None
    corrected: Corrected | None = None

    @property
    def sees_everything(self) -> bool:
        """Whether no record is kept from who asks."""
        return self.caller is None or self.caller.is_admin

    def ids(self, side: Side) -> list[str]:
        """Ids, in their order, of all records that are shown and may be seen."""
        table = TABLES[side]
        statement = select(table.c.id).where(*self._shown(side)).order_by(table.c.id)
        with self.store.reading() as connection:
            return list(connection.scalars(statement))

    def others(self, side: Side, wanted: Collection[str]) -> set[str]:
        """Ids of everything else, whoever may see it: what a search is to pass over."""
        with self.store.reading() as connection:
            return set(connection.scalars(select(TABLES[side].c.id))).difference(wanted)

    def known(self, side: Side, ids: Sequence[str]) -> Collection[str]:
        """Which of some ids are among `ids` (`plan_checks.Known`)."""
        column = TABLES[side].c.id
        with self.store.reading() as connection:
            asked = among(connection, column, set(ids))
            return set(connection.scalars(select(column).where(*self._shown(side), asked)))

    def _shown(self, side: Side) -> tuple[ColumnElement[bool], ...]:
        table = TABLES[side]
        seen: ColumnElement[bool] = true() if self.caller is None else may_see(side, self.caller)
        return table.c.withdrawn.is_(False), table.c.merged_into.is_(None), seen


def owner_of(caller: Caller | None) -> int | None:
    """Whose roadshows are prepared by somebody; None for the platform's own."""
    return None if caller is None or caller.is_admin else caller.organisation_id
