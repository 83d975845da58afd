"""Requirements of a need as people corrected them; they change verdicts and the ranking.

Each organisation corrects for itself. What the holder of a need says (the platform, of what nobody
holds) counts for all who have not corrected it themselves: the holder knows what it asks for. A
correction belongs to the title and text that were corrected; when these change it is void, and
`requirements_of` says so.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select

from matcher.documents import Document
from matcher.reading.closely import Corrected
from matcher.scoring import read_document
from matcher.types import Need, Requirement
from service.access.audit import note
from service.access.caller import Caller
from service.store.people_tables import OrganisationRow
from service.store.tables import NeedRow
from service.store.workbench_tables import CorrectionRow
from service.web.errors import NotFoundError
from service.web.workplace import Workplace
from service.workbench.seen import visible_need
from service.workbench.stated import Stated, as_json, from_json, requirements_from


@dataclass(frozen=True, slots=True)
class NeedRequirements:
    """What a need asks for, and who says so.

    Attributes:
        need: as submitted; spans refer to it.
        requirements: in the order of the text.
        corrected: a person stated them; else the reader found them.
        by: the organisation that corrected them; empty without.
        void: the caller's organisation has corrected another wording; it counts no more.
        updated_at: when they were corrected.
    """

    need: Need
    requirements: tuple[Requirement, ...]
    corrected: bool = False
    by: str = ""
    void: bool = False
    updated_at: datetime | None = None


def requirements_of(place: Workplace, caller: Caller, need_id: str) -> NeedRequirements:
    """Tell what a need asks for.

    Raises:
        NotFoundError: there is no such need, or the caller may not see it.
    """
    need = visible_need(place, caller, need_id)
    wording = wording_of(need)
    with place.store.reading() as connection:
        rows = _rows(connection, caller, need.id)
    void = any(
        row.organisation_id == caller.organisation_id and row.content_hash != wording
        for row in rows
    )
    for row in rows:
        if row.content_hash == wording:
            told = tuple(from_json(one) for one in row.requirements)
            return NeedRequirements(need, told, True, row.name, void, row.updated_at)
    return NeedRequirements(need, read_requirements(place, need), void=void)


def corrector_of(place: Workplace, caller: Caller, need: Need) -> str:
    """Name the organisation whose correction of a need counts for the caller; empty without."""
    wording = wording_of(need)
    with place.store.reading() as connection:
        rows = _rows(connection, caller, need.id)
    return next((row.name for row in rows if row.content_hash == wording), "")


def read_requirements(place: Workplace, need: Need) -> tuple[Requirement, ...]:
    """What the reader finds in a need, stored or just written."""
    _embedder, segmenter, _weights, _config, reader = place.matcher.parts
    if reader is None:
        found: tuple[Requirement, ...] = place.parts.find_requirements(need)
        return found
    return reader.asked([read_document(need, segmenter)])[0].requirements


def stated_requirements(
    place: Workplace, need: Need, stated: Sequence[Stated]
) -> tuple[Requirement, ...]:
    """Make requirements of a need that may not be stored yet; for `lists.ranked`.

    Raises:
        InvalidError: a place is outside the text, or a number cannot be used.
    """
    return requirements_from(_document(place, need), stated)


def correct(
    place: Workplace, caller: Caller, need_id: str, stated: Sequence[Stated]
) -> NeedRequirements:
    """Put what a person states in the place of a need's requirements, for the organisation.

    Raises:
        NotFoundError: there is no such need, or the caller may not see it.
        InvalidError: a place is outside the text, or a number cannot be used.
    """
    need = visible_need(place, caller, need_id)
    told = stated_requirements(place, need, stated)
    with place.store.writing() as (connection, _transaction, _revision):
        write_correction(connection, caller, need, told)
    return requirements_of(place, caller, need.id)


def write_correction(
    connection: Connection, caller: Caller, need: Need, told: Sequence[Requirement]
) -> None:
    """Put requirements in the place of a need's, in a transaction that may write the need, too."""
    row = {
        "need": need.id,
        "organisation_id": caller.organisation_id,
        "content_hash": wording_of(need),
        "requirements": [as_json(one) for one in told],
        "user_id": caller.user_id,
        "updated_at": datetime.now(UTC),
    }
    connection.execute(delete(CorrectionRow).where(*_own(caller, need.id)))
    connection.execute(insert(CorrectionRow).values(**row))
    note(connection, caller, "correct_requirements", "need", need.id, count=len(told))


def restore(place: Workplace, caller: Caller, need_id: str) -> NeedRequirements:
    """Let the reader's requirements count again for the caller's organisation.

    Raises:
        NotFoundError: there is no such need, or it was not corrected by the organisation.
    """
    need = visible_need(place, caller, need_id)
    with place.store.writing() as (connection, _transaction, _revision):
        gone = connection.execute(delete(CorrectionRow).where(*_own(caller, need.id)))
        if not gone.rowcount:
            raise NotFoundError("贵机构没有改动过这条需求的技术要求，不需要恢复。")
        note(connection, caller, "restore_requirements", "need", need.id)
    return requirements_of(place, caller, need.id)


def corrected_for(place: Workplace, caller: Caller) -> Corrected:
    """Make what tells the matcher which requirements the caller's organisation goes by."""
    known: dict[str, tuple[Requirement, ...] | None] = {}

    def corrected(need: Need) -> tuple[Requirement, ...] | None:
        if need.id not in known:
            known[need.id] = _valid(place, caller, need) if need.id else None
        return known[need.id]

    return corrected


def wording_of(need: Need) -> str:
    """Hash of what a correction belongs to: title and text, 32 hex digits."""
    told = f"{len(need.title)}|{need.title}{need.text}"
    return hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _valid(place: Workplace, caller: Caller, need: Need) -> tuple[Requirement, ...] | None:
    wording = wording_of(need)
    with place.store.reading() as connection:
        for row in _rows(connection, caller, need.id):
            if row.content_hash == wording:
                return tuple(from_json(one) for one in row.requirements)
    return None


def _rows(connection: Connection, caller: Caller, need_id: str) -> list[Row[Any]]:
    """Corrections of a need that count for a caller, the own organisation's first."""
    of_holder = or_(
        CorrectionRow.organisation_id == NeedRow.holder,
        NeedRow.holder.is_(None) & (OrganisationRow.kind == "platform"),
    )
    statement = (
        select(CorrectionRow.__table__, OrganisationRow.name)
        .join_from(CorrectionRow, NeedRow, CorrectionRow.need == NeedRow.id)
        .join(OrganisationRow, OrganisationRow.id == CorrectionRow.organisation_id)
        .where(
            CorrectionRow.need == need_id,
            or_(CorrectionRow.organisation_id == caller.organisation_id, of_holder),
        )
    )
    rows = connection.execute(statement).all()
    return sorted(rows, key=lambda row: row.organisation_id != caller.organisation_id)


def _own(caller: Caller, need_id: str) -> tuple[Any, ...]:
    return CorrectionRow.need == need_id, CorrectionRow.organisation_id == caller.organisation_id


def _document(place: Workplace, need: Need) -> Document:
    return read_document(need, place.matcher.parts[1])
