"""Mandates of funds and banks in the store."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, insert, or_, select, true, update

from matcher.capital.types import Mandate
from service.access.caller import Caller
from service.roadshow.errors import MandateFileError
from service.roadshow.mandate_report import MandateReport
from service.roadshow.mandate_rows import read_mandates
from service.store.roadshow_tables import MandateRow
from service.store.store import Store

_ADAPTER = TypeAdapter(Mandate)


def import_mandates(
    store: Store,
    path: Path,
    chosen: Mapping[str, str],
    *,
    dry_run: bool = False,
    strict: bool = False,
) -> MandateReport:
    """Take in a file of the platform's mandates, all of it or nothing; a known id is updated.

    Args:
        store: where they go.
        path: the file.
        chosen: fields of headings, as a person told them.
        dry_run: write nothing.
        strict: a row that is bad ends it.

    Raises:
        ImportFileError: the file cannot be opened.
        MandateFileError: it has no mandates, or a bad row with `strict`.
    """
    mandates, report = read_mandates(path, chosen)
    if strict and report.rejected:
        place, reason = report.rejected[0]
        raise MandateFileError(
            f"文件 {path} {place}：{reason}。因为用了 --strict，一行也没有导入。"
        )
    table, now = MandateRow, datetime.now(UTC)
    with store.writing() as (connection, transaction, _revision):
        rows = connection.execute(select(table.id, table.body))
        known = {row.id: row.body for row in rows}
        for one in mandates:
            body = _ADAPTER.dump_python(one, mode="json")
            before = known.get(one.id)
            if before == body:
                report.unchanged += 1
                continue
            values = {
                "name": one.name,
                "institution": one.institution,
                "kind": one.kind,
                "visibility": one.visibility,
                "body": body,
                "source": path.name,
                "updated_at": now,
            }
            if before is None:
                report.new += 1
                connection.execute(insert(table).values(id=one.id, holder=None, **values))
            else:
                report.updated += 1
                connection.execute(update(table).where(table.id == one.id).values(**values))
        if dry_run:
            transaction.rollback()
    return report


def mandates_of(store: Store, caller: Caller | None = None) -> list[Mandate]:
    """The mandates that somebody may see, by id: 公开 ones, one's own, for an admin all."""
    table = MandateRow
    seen: ColumnElement[bool] = true()
    if caller is not None and not caller.is_admin:
        seen = or_(table.visibility == "公开", table.holder == caller.organisation_id)
    with store.reading() as connection:
        bodies = connection.scalars(select(table.body).where(seen).order_by(table.id))
        return [_ADAPTER.validate_python(body, strict=False) for body in bodies]
