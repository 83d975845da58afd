"""Roadshows that an organisation prepares: its plans as they were written, and what came of them.

A change of plan takes its results away: they would answer another question.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, delete, insert, select, true, update

from service.access.audit import note
from service.access.caller import Caller
from service.roadshow.on_behalf import scope_for
from service.roadshow.plan_file import PlanFile, read_plan
from service.roadshow.plan_kinds import KINDS, PlanName
from service.roadshow.scope import owner_of
from service.store.people_tables import UserRow
from service.store.roadshow_tables import RoadshowRow
from service.web.errors import ConflictError, NotFoundError
from service.web.workplace import Workplace

NAME = "plan.toml"
"""What a plan is called in messages that has no file."""
Of = PlanName | Literal["roadshow"]
"""What a plan is of."""
_TABLE = RoadshowRow.__table__
_HEADING = [column for column in _TABLE.columns if column.name not in ("plan", "result")]


@dataclass(frozen=True, slots=True)
class Heading:
    """What a list shows of a roadshow.

    Attributes:
        owner: the organisation; None for the platform.
        kind: what the plan is of.
        body: what came of it, as JSON: `size`, `date`, `job`, `selected`, `agenda`, `held`; of
            other kinds `job` and `made`.
        version: of the plan.
        person: who wrote the plan.
    """

    number: int
    owner: int | None
    kind: Of
    title: str
    body: Mapping[str, Any]
    version: int
    person: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Saved:
    """A roadshow with its plan.

    Attributes:
        text: the plan as it was written.
        result: of the last selection, packed (`service.roadshow.kept`).
    """

    heading: Heading
    text: str
    result: bytes | None

    @property
    def number(self) -> int:
        """By which people name it."""
        return self.heading.number


def listed(
    place: Workplace, caller: Caller, limit: int, before: int | None = None, kind: Of = "roadshow"
) -> list[Heading]:
    """List the plans of one's organisation, the newest first; an admin's are all."""
    statement = (
        select(*_HEADING, UserRow.name.label("person"))
        .join(UserRow, UserRow.id == RoadshowRow.user_id, isouter=True)
        .where(_own(caller), RoadshowRow.kind == kind)
        .order_by(RoadshowRow.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(RoadshowRow.id < before)
    with place.store.reading() as connection:
        return [_heading(row) for row in connection.execute(statement)]


def saved(place: Workplace, caller: Caller, number: int, kind: Of = "roadshow") -> Saved:
    """Return a roadshow, or another plan.

    Raises:
        NotFoundError: there is none of this kind and number, or it is another organisation's.
    """
    statement = (
        select(_TABLE, UserRow.name.label("person"))
        .join(UserRow, UserRow.id == RoadshowRow.user_id, isouter=True)
        .where(RoadshowRow.id == number, RoadshowRow.kind == kind, _own(caller))
    )
    with place.store.reading() as connection:
        row = connection.execute(statement).one_or_none()
    if row is None:
        name = "路演" if kind == "roadshow" else KINDS[kind].title
        raise NotFoundError(f"没有第 {number} 号{name}，或者它不是贵机构的。")
    return Saved(_heading(row), row.plan, row.result)


def add(
    place: Workplace, caller: Caller, content: bytes, name: str = NAME, kind: Of = "roadshow"
) -> int:
    """Keep a new plan. Returns its number.

    Raises:
        PlanFileError: it cannot be used; every mistake is named.
    """
    plan = _written(place, owner_of(caller), content, name, kind)
    now = datetime.now(UTC)
    row = {
        "organisation_id": owner_of(caller),
        "user_id": caller.user_id,
        "kind": kind,
        **plan,
        "result": None,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }
    with place.store.writing() as (connection, _transaction, _revision):
        key = connection.execute(insert(RoadshowRow).values(**row)).inserted_primary_key
        number = int(key[0]) if key else 0
        note(connection, caller, "plan", kind, number, version=1)
    return number


def change(
    place: Workplace,
    caller: Caller,
    number: int,
    version: int,
    content: bytes,
    name: str = NAME,
    kind: Of = "roadshow",
) -> int:
    """Put another plan in the place of one; its results go. Returns the new version.

    Args:
        place: the running server.
        caller: who changes it.
        number: of the roadshow.
        version: that the caller has seen.
        content: the plan.
        name: of its file.
        kind: what it is of.

    Raises:
        NotFoundError: as `saved`.
        ConflictError: somebody else has changed it meanwhile.
        PlanFileError: the plan cannot be used.
    """
    before = saved(place, caller, number, kind)
    plan = _written(place, before.heading.owner, content, name, kind)
    values: dict[str, Any] = {
        **plan,
        "result": None,
        "version": version + 1,
        "updated_at": datetime.now(UTC),
    }
    same = (RoadshowRow.id == number, RoadshowRow.version == version)
    with place.store.writing() as (connection, _transaction, _revision):
        # What was written down while the plan was read must not be lost.
        body = connection.scalar(select(RoadshowRow.body).where(*same))
        if body is None:
            raise ConflictError("同事刚刚改过这个计划。请刷新，核对后再保存。")
        values["body"] = {**plan["body"], **_held(body)}
        connection.execute(update(RoadshowRow).where(*same).values(**values))
        note(connection, caller, "plan", kind, number, version=version + 1)
    return version + 1


def remove(place: Workplace, caller: Caller, number: int, kind: Of = "roadshow") -> None:
    """Throw a plan away; what was held stays recorded. Raises NotFoundError."""
    saved(place, caller, number, kind)
    with place.store.writing() as (connection, _transaction, _revision):
        connection.execute(delete(RoadshowRow).where(RoadshowRow.id == number))
        note(connection, caller, "remove", kind, number)


def plan_of(place: Workplace, one: Saved) -> PlanFile:
    """Read the plan again, its ids compared with the records as they are now.

    Raises:
        PlanFileError: a record that it names is not there any more.
    """
    return _read(place, one.heading.owner, one.text.encode(), NAME)


def keep(
    place: Workplace, one: Saved, told: Mapping[str, Any], result: bytes | None = None
) -> bool:
    """Write down what came of a plan, unless the plan was changed meanwhile.

    Args:
        place: the running server.
        one: the roadshow as it was when the work began.
        told: entries of the body that become these; None takes an entry away.
        result: the packed result; None leaves it as it is.

    Returns:
        Whether the plan was still the same.
    """
    with place.store.writing() as (connection, _transaction, _revision):
        return keep_in(connection, one, told, result)


def keep_in(
    connection: Connection, one: Saved, told: Mapping[str, Any], result: bytes | None = None
) -> bool:
    """Do what `keep` does, in a transaction that does more."""
    same = (RoadshowRow.id == one.number, RoadshowRow.version == one.heading.version)
    body = connection.scalar(select(RoadshowRow.body).where(*same))
    if body is None:
        return False
    values: dict[str, Any] = {
        "body": {key: value for key, value in {**body, **told}.items() if value is not None}
    }
    if result is not None:
        values["result"] = result
    connection.execute(update(RoadshowRow).where(*same).values(**values))
    return True


def _read(place: Workplace, owner: int | None, content: bytes, name: str) -> PlanFile:
    return read_plan(content, name, scope_for(place, owner).known)


def _written(
    place: Workplace, owner: int | None, content: bytes, name: str, kind: Of
) -> dict[str, Any]:
    """Read a plan of any kind: its title, its text, and what lists show of it."""
    if kind == "roadshow":
        plan = _read(place, owner, content, name)
        day = plan.event.date
        body = {"size": plan.event.size, "date": day.isoformat() if day else ""}
        return {"title": plan.event.title, "plan": plan.toml.text, "body": body}
    draft = KINDS[kind].read(content, name, scope_for(place, owner).known)
    return {"title": KINDS[kind].title_of(draft), "plan": draft.toml.text, "body": {}}


def _held(body: Mapping[str, Any]) -> dict[str, Any]:
    """That an event was held stays true whatever becomes of its plan."""
    return {key: body[key] for key in ("held",) if key in body}


def _heading(row: Any) -> Heading:
    return Heading(
        row.id,
        row.organisation_id,
        row.kind,
        row.title,
        row.body,
        row.version,
        row.person or "",
        row.created_at,
        row.updated_at,
    )


def _own(caller: Caller) -> ColumnElement[bool]:
    if caller.is_admin:
        return true()
    return RoadshowRow.organisation_id == caller.organisation_id
