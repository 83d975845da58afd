"""Decisions on pairs: each organisation has its own, seen by nobody else.

Two people may have the same pair open. Who saves names the version that was on the screen, and is
told when it is not the newest any more.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from service.access.audit import note
from service.access.caller import Caller
from service.store.people_tables import AuditRow, UserRow
from service.store.workbench_tables import DecisionRow
from service.web.errors import ConflictError, InvalidError
from service.web.workplace import Workplace
from service.workbench.decision_rows import (
    decision_of,
    decision_page,
    decisions_of,
    kept_row,
    my_list,
)
from service.workbench.decision_words import Decision, Judgement
from service.workbench.pair import judge_pair
from service.workbench.seen import visible_achievement, visible_need

__all__ = ["decide", "decision_of", "decision_page", "decisions_of", "history_of", "my_list"]


def decide(
    place: Workplace, caller: Caller, need_id: str, achievement_id: str, said: Judgement
) -> Decision:
    """Keep what a person says of a pair for the caller's organisation.

    Computes where the verdict or the level is new: the pair is read for the score of the day.

    Raises:
        NotFoundError: one of the records is not there, or hidden from the caller.
        InvalidError: the parts of the judgement do not agree, or the assigned user is no colleague.
        ConflictError: somebody else has changed the decision since the caller saw it.
    """
    said.check()
    need = visible_need(place, caller, need_id)
    achievement = visible_achievement(place, caller, achievement_id)
    with place.store.reading() as connection:
        before = kept_row(connection, caller, need.id, achievement.id)
    # Where another decision comes in between, the version tells.
    is_new = before is None or (before.verdict, before.level) != (said.verdict, said.level)
    now_says = judge_pair(place, caller, need, achievement) if is_new else None
    with place.store.writing() as (connection, _transaction, _revision):
        _check_colleague(connection, caller, said.assigned_to)
        before = kept_row(connection, caller, need.id, achievement.id)
        if said.version != (before.version if before else 0):
            raise ConflictError("同事刚刚改动过这条匹配的结论。请刷新，看过之后再保存。")
        values = _values(caller, said)
        if is_new:
            values["score"] = now_says.fit.score if now_says else None
            values["fingerprint"] = now_says.fingerprint if now_says else ""
            values["model"] = now_says.model if now_says else ""
        _keep(connection, caller, (need.id, achievement.id), before, values)
        note(
            connection,
            caller,
            "decide",
            "decision",
            f"{need.id}|{achievement.id}",
            verdict=said.verdict,
            level=said.level,
            reasons="、".join(said.reasons),
            status=said.status,
            assigned_to=said.assigned_to,
            version=said.version + 1,
        )
    kept = decision_of(place, caller, need.id, achievement.id)
    if kept is None:  # pragma: no cover - hidden in the moment between
        raise ConflictError
    return kept


def history_of(
    place: Workplace, caller: Caller, need_id: str, achievement_id: str
) -> list[tuple[datetime, str, dict[str, Any]]]:
    """Who of the caller's organisation said what of a pair and when, the newest first.

    Raises:
        NotFoundError: one of the records is not there, or hidden from the caller.
    """
    need = visible_need(place, caller, need_id)
    achievement = visible_achievement(place, caller, achievement_id)
    statement = (
        select(AuditRow.at, UserRow.name, AuditRow.detail)
        .join(UserRow, UserRow.id == AuditRow.user_id)
        .where(
            AuditRow.kind == "decision",
            AuditRow.record_id == f"{need.id}|{achievement.id}",
            UserRow.organisation_id == caller.organisation_id,
        )
        .order_by(AuditRow.id.desc())
    )
    with place.store.reading() as connection:
        return [(row.at, row.name, row.detail) for row in connection.execute(statement)]


def _values(caller: Caller, said: Judgement) -> dict[str, Any]:
    return {
        "user_id": caller.user_id,
        "verdict": said.verdict,
        "level": said.level,
        "reasons": list(dict.fromkeys(said.reasons)),
        "note": said.note.strip(),
        "status": said.status,
        "assigned_to": said.assigned_to,
        "version": said.version + 1,
        "updated_at": datetime.now(UTC),
    }


def _keep(
    connection: Connection,
    caller: Caller,
    pair: tuple[str, str],
    before: Row[Any] | None,
    values: dict[str, Any],
) -> None:
    if before is not None:
        connection.execute(update(DecisionRow).where(DecisionRow.id == before.id).values(**values))
        return
    about = {
        "need": pair[0],
        "achievement": pair[1],
        "organisation_id": caller.organisation_id,
        "created_at": values["updated_at"],
    }
    connection.execute(insert(DecisionRow).values(**about, **values))


def _check_colleague(connection: Connection, caller: Caller, user_id: int | None) -> None:
    if user_id is None:
        return
    colleague = select(UserRow.id).where(
        UserRow.id == user_id,
        UserRow.organisation_id == caller.organisation_id,
        UserRow.active.is_(True),
    )
    if connection.scalar(colleague) is None:
        raise InvalidError("只能指派给本机构在用的账号；请重新选择经办人。")
