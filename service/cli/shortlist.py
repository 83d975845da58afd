"""`duijie shortlist`: who goes on stage by a plan, with proof and reasons."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.invocation import Invocation, current
from service.cli.match import tell_if_behind
from service.cli.options import EncoderName, JsonFlag
from service.cli.out_folder import OutFolder, check_folder, write_files
from service.cli.progress import ProgressLine
from service.errors import InputError

if TYPE_CHECKING:
    from matcher.roadshow.draws import Sensitivity
    from matcher.roadshow.reasons import Changed
    from service.roadshow.plan_file import PlanFile
    from service.roadshow.scope import Scope
    from service.roadshow.shortlist import Shortlist
    from service.store.store import Store

HELP = """按计划文件（TOML）从候选成果里选出登台名单：满足全部配额，覆盖最多的听众需求，
并说明是否已证明最优、每一项为什么选中或没选中。计划文件的写法见 docs/roadshow.md。"""


def run(
    plan: Annotated[Path, typer.Argument(metavar="计划.toml", help="计划文件")],
    out: OutFolder = None,
    why_not: Annotated[
        list[str] | None,
        typer.Option("--why-not", metavar="编号", help="说明这项成果为什么没选中，可以写多次"),
    ] = None,
    draws: Annotated[
        int,
        typer.Option("--draws", min=0, max=1000, help="按概率抽几次匹配结果，看名单有多稳"),
    ] = 0,
    record: Annotated[
        bool, typer.Option("--record", help="记为已办：以后的名单会计入登台次数和首次登台")
    ] = False,
    encoder: EncoderName = None,
    as_document: JsonFlag = False,
) -> None:
    """Choose who goes on stage; see `HELP`."""
    from service.roadshow.capital import capital_as_json, capital_lines, capital_of
    from service.roadshow.open_plan import open_plan
    from service.roadshow.shortlist import make_shortlist

    invocation = current()
    check_folder(out)
    with (
        scope_of(invocation, encoder) as scope,
        ProgressLine("比较", enabled=not as_document) as line,
    ):
        written = open_plan(scope, plan)
        if record:
            _check_record(written)
        short = make_shortlist(scope, written, line.show)
        forced = _forced(short, why_not or [])
        drawn = _drawn(short, draws)
        capital = capital_of(scope, short)
        number = _record(scope.store, short) if record else None
    document = {
        **_document(short, forced, drawn, number),
        "capital": capital_as_json(short, capital),
    }
    made = datetime.now().astimezone()
    files = write_files(out, files_of(short, document, made, drawn=drawn)) if out else []
    if as_document:
        invocation.emit_json({**document, "files": [str(one) for one in files]})
        return
    _show(invocation, short, forced, drawn)
    for text in capital_lines(short, capital):
        invocation.say(text)
    for file in files:
        invocation.say(f"已写入 {file}")
    if number is not None:
        invocation.say(f"已记为第 {number} 场活动；撤销：duijie events undo {number}")


@contextmanager
def scope_of(invocation: Invocation, encoder: str | None = None) -> "Iterator[Scope]":
    """Open what roadshows are made with, for somebody who sees everything."""
    from service.roadshow.scope import Scope

    settings = invocation.settings_with(encoder)
    with invocation.parts.open_store(settings) as store:
        matcher = invocation.parts.make_matcher(settings, store)
        for side, one in matcher.sides.items():
            tell_if_behind(invocation, store, side, one.bundle)
        yield Scope(store, matcher, invocation.home)


def files_of(
    short: "Shortlist",
    document: dict[str, Any],
    made: datetime,
    when: dict[str, str] | None = None,
    drawn: "Sensitivity | None" = None,
) -> dict[str, bytes]:
    """The audit sheet, the booklet, and the answer for programs."""
    from service.exports.roadshow_audit import audit_as_xlsx
    from service.exports.roadshow_booklet import booklet_as_docx, booklet_as_pdf
    from service.roadshow.booklet import booklet_of

    booklet = booklet_of(short, made, when)
    return {
        "shortlist.json": json.dumps(document, ensure_ascii=False, indent=2).encode(),
        "audit.xlsx": audit_as_xlsx(short, made, drawn),
        "booklet.docx": booklet_as_docx(booklet),
        "booklet.pdf": booklet_as_pdf(booklet),
    }


def _document(
    short: "Shortlist",
    forced: "dict[str, Changed | None]",
    drawn: "Sensitivity | None",
    number: int | None,
) -> dict[str, Any]:
    from service.roadshow.present import shortlist_as_json

    told = {
        id_: {"loss": one.loss, "least": one.least, "proved": one.proved} if one else None
        for id_, one in forced.items()
    }
    return {**shortlist_as_json(short, drawn), "forced": told, "recorded": number}


def _show(
    invocation: Invocation,
    short: "Shortlist",
    forced: "dict[str, Changed | None]",
    drawn: "Sensitivity | None",
) -> None:
    from service.roadshow.present import forced_line, rejected_lines, shortlist_as_text

    for text in shortlist_as_text(short, drawn):
        invocation.say(text)
    for id_, changed in forced.items():
        for text in rejected_lines(short, id_):
            invocation.say(text)
        if id_ not in short.selection.chosen:
            invocation.say(forced_line(id_, changed))


def _forced(short: "Shortlist", ids: list[str]) -> "dict[str, Changed | None]":
    """Solve again with each of some achievements on stage.

    Raises:
        InputError: one of them is no candidate; all of them are named.
    """
    from matcher.roadshow.reasons import force

    unknown = [id_ for id_ in ids if id_ not in short.built.achievements]
    if unknown:
        raise InputError(
            f"--why-not 的 {'、'.join(unknown)} 不在候选成果里："
            "不在计划的范围内，或者没有这个编号。请核对后重试。"
        )
    pool = short.built.pool
    return {id_: force(pool, short.plan, short.selection, id_) for id_ in dict.fromkeys(ids)}


def _drawn(short: "Shortlist", draws: int) -> "Sensitivity | None":
    from matcher.roadshow.draws import sensitivity

    pool = short.built.pool
    return sensitivity(pool, short.plan, short.selection, draws=draws) if draws else None


def _check_record(written: "PlanFile") -> None:
    if written.event.date is None:
        raise InputError("计划里没有 event.date，无法记为已办的活动；请写上日期后重试。")


def _record(store: "Store", short: "Shortlist") -> int:
    from service.roadshow.past import record_event

    chosen, held_on = short.selection, short.plan.held_on
    if held_on is None:  # pragma: no cover - `_check_record` has asked
        raise InputError("计划里没有 event.date。")
    return record_event(store, short.plan.title, held_on, chosen.chosen, chosen.fingerprint)
