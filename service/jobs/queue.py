"""Background work as the `jobs` table has it, which is the truth.

A job is queued in the transaction of what it belongs to; what a killed server was doing is found
in the table at the next start.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, true, update

from service.access.caller import Caller
from service.store.job_tables import JobRow
from service.store.people_tables import UserRow
from service.web.errors import ConflictError, NotFoundError

State = Literal["queued", "running", "done", "failed", "cancelled"]
ENDED: tuple[State, ...] = ("done", "failed", "cancelled")
STATE_NAMES: Mapping[State, str] = {
    "queued": "排队中",
    "running": "进行中",
    "done": "已完成",
    "failed": "失败",
    "cancelled": "已取消",
}
_TABLE = JobRow.__table__


@dataclass(frozen=True, slots=True)
class Job:
    """One job, as `service.store.job_tables` describes it."""

    id: int
    kind: str
    state: State
    progress: float
    arguments: dict[str, Any]
    result: dict[str, Any]
    error: str
    attempts: int
    cancel_asked: bool
    organisation_id: int | None
    login: str | None
    created_at: datetime
    due_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


def enqueue(
    connection: Connection,
    kind: str,
    arguments: Mapping[str, Any],
    caller: Caller | None,
    *,
    delay: timedelta = timedelta(),
) -> int:
    """Ask for work, in the transaction of what it belongs to.

    Args:
        connection: of that transaction.
        kind: name of one of `service.jobs.registry.KINDS`.
        arguments: JSON values; no texts of records.
        caller: whose it is; None for the program's own.
        delay: begin no earlier than after this time.

    Returns:
        The job's number.
    """
    now = datetime.now(UTC)
    row = {
        "kind": kind,
        "state": "queued",
        "progress": 0.0,
        "arguments": dict(arguments),
        "result": {},
        "error": "",
        "user_id": None if caller is None else caller.user_id,
        "organisation_id": None if caller is None else caller.organisation_id,
        "attempts": 0,
        "cancel_asked": False,
        "created_at": now,
        "due_at": now + delay,
    }
    key = connection.execute(insert(JobRow).values(**row)).inserted_primary_key
    if key is None:  # pragma: no cover - every database that SQLAlchemy knows gives it
        raise RuntimeError("no key for the new job")
    return int(key[0])


def find(connection: Connection, caller: Caller, number: int) -> Job:
    """Return a job of the caller's organisation; an admin's may be anybody's.

    Raises:
        NotFoundError: there is none, or it is somebody else's.
    """
    row = connection.execute(_select().where(JobRow.id == number, _own(caller))).one_or_none()
    if row is None:
        raise NotFoundError(f"没有第 {number} 号作业。")
    return _job(row)


def listed(
    connection: Connection,
    caller: Caller,
    limit: int,
    before: int | None = None,
    state: State | None = None,
    kind: str | None = None,
) -> list[Job]:
    """Return jobs that the caller may see, the newest first.

    Args:
        connection: to the store.
        caller: who asks.
        limit: how many at the most.
        before: only smaller numbers.
        state: only these.
        kind: likewise.
    """
    statement = _select().where(_own(caller)).order_by(JobRow.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(JobRow.id < before)
    if state is not None:
        statement = statement.where(JobRow.state == state)
    if kind is not None:
        statement = statement.where(JobRow.kind == kind)
    return [_job(row) for row in connection.execute(statement)]


def cancel(connection: Connection, caller: Caller, number: int) -> Job:
    """Cancel a job that waits; ask one that runs to stop; leave an ended one as it is.

    Raises:
        NotFoundError: as `find`.
    """
    job = find(connection, caller, number)
    if job.state == "queued":
        set_state(connection, number, "cancelled")
    elif job.state == "running":
        write(connection, number, cancel_asked=True)
    return find(connection, caller, number)


def retry(connection: Connection, caller: Caller, number: int) -> Job:
    """Queue a job again that failed or was cancelled.

    Raises:
        NotFoundError: as `find`.
        ConflictError: it has not ended, or has ended well.
    """
    job = find(connection, caller, number)
    if job.state not in ("failed", "cancelled"):
        raise ConflictError(f"第 {number} 号作业{STATE_NAMES[job.state]}，不需要重试。")
    queue_again(connection, number)
    write(connection, number, attempts=0, error="", cancel_asked=False)
    return find(connection, caller, number)


def claim(connection: Connection, kinds: Collection[str]) -> Job | None:
    """Begin the job of these kinds that has waited longest, if one is due."""
    now = datetime.now(UTC)
    waiting = (JobRow.state == "queued", JobRow.due_at <= now, JobRow.kind.in_(kinds))
    row = connection.execute(
        _select().where(*waiting).order_by(JobRow.due_at, JobRow.id).limit(1)
    ).one_or_none()
    if row is None:
        return None
    values = {"state": "running", "started_at": now, "finished_at": None, "progress": 0.0}
    write(connection, row.id, attempts=row.attempts + 1, error="", **values)
    return _job(connection.execute(_select().where(JobRow.id == row.id)).one())


def is_waiting(connection: Connection, kinds: Collection[str]) -> bool:
    """Whether a job of these kinds is due; only looks."""
    due = (JobRow.state == "queued", JobRow.due_at <= datetime.now(UTC), JobRow.kind.in_(kinds))
    return connection.scalar(select(JobRow.id).where(*due).limit(1)) is not None


def queue_again(connection: Connection, number: int, delay: timedelta = timedelta()) -> None:
    """Let a job be begun anew; what it has written down of its result stays."""
    due = datetime.now(UTC) + delay
    write(connection, number, state="queued", progress=0.0, due_at=due, finished_at=None)


def set_state(connection: Connection, number: int, state: State, **more: Any) -> None:
    """End a job."""
    write(connection, number, state=state, finished_at=datetime.now(UTC), **more)


def keep_result(connection: Connection, number: int, result: Mapping[str, Any]) -> None:
    """Write down what a job has done so far, in the transaction that does it."""
    write(connection, number, result=dict(result))


def kept_result(connection: Connection, number: int) -> dict[str, Any]:
    """Return what a job has written down so far."""
    found: dict[str, Any] | None = connection.scalar(
        select(JobRow.result).where(JobRow.id == number)
    )
    return found or {}


def write(connection: Connection, number: int, **values: Any) -> None:
    """Change columns of a job."""
    connection.execute(update(JobRow).where(JobRow.id == number).values(**values))


def of_state(connection: Connection, *states: State) -> list[Job]:
    """Return all jobs of some states, whoever's they are; for the program itself."""
    statement = _select().where(JobRow.state.in_(states)).order_by(JobRow.id)
    return [_job(row) for row in connection.execute(statement)]


def last_asked(connection: Connection, kinds: Collection[str]) -> dict[str, datetime]:
    """When each kind was last queued; kinds that never were are left out."""
    statement = (
        select(JobRow.kind, func.max(JobRow.created_at).label("at"))
        .where(JobRow.kind.in_(kinds))
        .group_by(JobRow.kind)
    )
    return {row.kind: row.at for row in connection.execute(statement)}


def _select() -> Any:
    return select(_TABLE, UserRow.login).join_from(
        _TABLE, UserRow, JobRow.user_id == UserRow.id, isouter=True
    )


def _own(caller: Caller) -> ColumnElement[bool]:
    if caller.is_admin:
        return true()
    return JobRow.organisation_id == caller.organisation_id


def _job(row: Row[Any]) -> Job:
    names = Job.__dataclass_fields__
    return Job(**{name: getattr(row, name) for name in names})
