"""Hands lists out and shows them again as they were; only who issued a list sees it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import insert, select

from matcher.types import Evidence, Level, Match, MatchList, Need, Record, Verdict
from service.access.audit import note
from service.access.caller import Caller
from service.access.ids import shown_id
from service.errors import CorruptStoreError
from service.store.people_tables import UserRow
from service.store.workbench_tables import IssuedListRow
from service.web.errors import InvalidError, NotFoundError
from service.web.workplace import Workplace
from service.workbench.decision_words import Decision
from service.workbench.decisions import decisions_of
from service.workbench.issued_list import (
    IssuedDecision,
    IssuedList,
    IssuedMatch,
    IssuedReason,
    IssuedRecord,
    IssuedVerdict,
    body_of,
)

LONGEST_TITLE = 200
"""Characters."""
_OWN = ("id", "title", "text")


@dataclass(frozen=True, slots=True)
class IssuedHeading:
    """What a table of issued lists shows of one."""

    number: int
    title: str
    person: str
    issued_at: datetime
    fingerprint: str
    sha256: str


def issue(
    place: Workplace, caller: Caller, title: str, query: Mapping[str, Any], answer: MatchList
) -> int:
    """Hand a list out: freeze it whole, with what was decided so far.

    Args:
        place: the running server.
        caller: who issues it; the list must have been made for this caller.
        title: of the list, for people.
        query: what was asked besides the record, JSON values: filters, k.
        answer: the list.

    Returns:
        Its number.

    Raises:
        InvalidError: there is no title or no match, or the title is too long.
    """
    title = title.strip()
    if not title or len(title) > LONGEST_TITLE:
        raise InvalidError(f"请给清单起一个名称，最多 {LONGEST_TITLE} 字。")
    if not answer.matches:
        raise InvalidError("清单里没有匹配，无法签发；请放宽筛选条件，或者先导入数据。")
    decided = _decided(place, caller, answer)
    matches = tuple(_match(one, decided.get(one.record.id)) for one in answer.matches)
    who = (caller.organisation, caller.name)
    body = body_of(*who, _record(answer.query), answer.direction, matches)
    row = {
        "organisation_id": caller.organisation_id,
        "user_id": caller.user_id,
        "title": title,
        "query": dict(query),
        "body": body,
        "fingerprint": answer.fingerprint,
        "sha256": digest(title, query, answer.fingerprint, body),
        "created_at": datetime.now(UTC),
    }
    with place.store.writing() as (connection, _transaction, _revision):
        inserted = connection.execute(insert(IssuedListRow).values(**row))
        key = inserted.inserted_primary_key
        number = int(key[0]) if key else 0
        note(connection, caller, "issue", "list", number, matches=len(matches))
    return number


def issued_list(place: Workplace, caller: Caller, number: int) -> IssuedList:
    """Return a list as it was issued.

    Raises:
        NotFoundError: there is none of this number, or another organisation issued it.
        CorruptStoreError: what is stored is not what was issued.
    """
    statement = select(IssuedListRow.__table__).where(
        IssuedListRow.id == number, IssuedListRow.organisation_id == caller.organisation_id
    )
    with place.store.reading() as connection:
        row = connection.execute(statement).one_or_none()
    if row is None:
        raise NotFoundError(f"没有编号为 {number} 的清单，或者它不是贵机构签发的。")
    if digest(row.title, row.query, row.fingerprint, row.body) != row.sha256:
        raise CorruptStoreError(place.store.where, f"第 {number} 号清单与签发时不一致")
    return IssuedList.of(
        row.body,
        number=row.id,
        title=row.title,
        issued_at=row.created_at,
        fingerprint=row.fingerprint,
        sha256=row.sha256,
        query=row.query,
    )


def issued_lists(
    place: Workplace, caller: Caller, limit: int = 50, before: int | None = None
) -> list[IssuedHeading]:
    """List what the caller's organisation has issued, the newest first.

    Args:
        place: the running server.
        caller: who asks.
        limit: how many.
        before: only smaller numbers: the next page.
    """
    rows = IssuedListRow
    columns = (rows.id, rows.title, UserRow.name, rows.created_at, rows.fingerprint, rows.sha256)
    statement = (
        select(*columns)
        .join(UserRow, UserRow.id == rows.user_id)
        .where(rows.organisation_id == caller.organisation_id)
        .order_by(rows.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(rows.id < before)
    with place.store.reading() as connection:
        return [IssuedHeading(*row) for row in connection.execute(statement)]


def digest(title: str, query: Mapping[str, Any], fingerprint: str, body: Mapping[str, Any]) -> str:
    """SHA-256 of a list's canonical JSON: sorted keys, no blanks, UTF-8."""
    told = {"title": title, "query": dict(query), "fingerprint": fingerprint, "body": dict(body)}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _decided(place: Workplace, caller: Caller, answer: MatchList) -> dict[str, Decision]:
    """Decisions on the asking record's pairs, by the id of the other record."""
    asking = answer.query
    if not asking.id:  # a text that is not stored
        return {}
    if isinstance(asking, Need):
        found = decisions_of(place, caller, need_id=asking.id)
        return {one.achievement: one for one in found}
    return {one.need: one for one in decisions_of(place, caller, achievement_id=asking.id)}


def _record(record: Record) -> IssuedRecord:
    filled = {
        one.name: value.isoformat() if isinstance(value, date) else value
        for one in fields(record)
        if one.name not in _OWN and (value := getattr(record, one.name)) not in (None, "", ())
    }
    plain = {name: list(v) if isinstance(v, tuple) else v for name, v in filled.items()}
    return IssuedRecord(record.id, shown_id(record.id), record.title, record.text, plain)


def _match(one: Match, decision: Decision | None) -> IssuedMatch:
    first, second, third, fourth = (one.probabilities[level] for level in Level)
    return IssuedMatch(
        rank=one.rank,
        record=_record(one.record),
        score=one.score,
        level=int(one.level),
        expected=one.expected,
        probabilities=(first, second, third, fourth),
        flags=one.flags,
        verdicts=tuple(_verdict(verdict) for verdict in one.verdicts),
        reasons=tuple(_reason(reason) for reason in one.evidence),
        decision=None if decision is None else _decision(decision),
    )


def _verdict(one: Verdict) -> IssuedVerdict:
    asked = one.requirement
    quoted = tuple(span.text for span in one.evidence)
    return IssuedVerdict(
        asked.kind, asked.span.text, one.name, one.confidence, one.contradicted, quoted
    )


def _reason(one: Evidence) -> IssuedReason:
    left, right = (span.text if span else "" for span in (one.left, one.right))
    return IssuedReason(one.kind, one.label, one.contribution, left, right)


def _decision(one: Decision) -> IssuedDecision:
    return IssuedDecision(
        verdict=one.verdict,
        level=one.level,
        reasons=one.reasons,
        note=one.note,
        status=one.status,
        assigned_name=one.assigned_name,
        by=one.by,
        updated_at=one.updated_at.isoformat(timespec="seconds"),
    )
