"""`duijie import`: files into the store, and the store into the index."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from matcher.types import Side
from service.cli.indexing_step import SIDE_NAMES, as_json, as_text, bring_index_up_to_date
from service.cli.invocation import Invocation, current
from service.cli.options import JsonFlag
from service.cli.progress import ProgressLine
from service.errors import FileMissingError
from service.importer.mapping import parse_choices
from service.importer.report import ImportReport
from service.importer.run import import_file
from service.lock import writing
from service.store.store import Store
from service.sync import Synced

HELP = """导入需求（needs）或成果（achievements）。
每个文件要么全部生效，要么完全不生效；有问题的行会跳过，并写进一个说明原因的文件。"""

Kind = Literal["needs", "achievements"]
_SIDES: dict[Kind, Side] = {"needs": "need", "achievements": "achievement"}


def run(
    kind: Annotated[
        Kind, typer.Argument(metavar="needs|achievements", help="导入的是需求还是成果")
    ],
    files: Annotated[
        list[Path], typer.Argument(metavar="文件…", help="csv、tsv、xlsx、xls 或 jsonl")
    ],
    choices: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="列名=字段", help="指定某一列是什么字段，可以写多次"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="遇到第一个有问题的行就停止，该文件不导入")
    ] = False,
    no_index: Annotated[
        bool, typer.Option("--no-index", help="只导入，不更新索引；之后用 duijie index 更新")
    ] = False,
    as_document: JsonFlag = False,
) -> None:
    """Import files of one side; see `HELP`."""
    reports, synced = import_files(
        kind,
        files,
        choices=choices or [],
        dry_run=dry_run,
        strict=strict,
        with_index=not no_index,
        quiet=as_document,
    )
    if as_document:
        current().emit_json(_document(kind, reports, synced))


def import_files(
    kind: Kind,
    files: Sequence[Path],
    *,
    choices: Sequence[str] = (),
    dry_run: bool = False,
    strict: bool = False,
    with_index: bool = True,
    quiet: bool = False,
) -> tuple[list[ImportReport], list[Synced] | None]:
    """Import files of one side into the home of the running call.

    Args:
        kind: What the rows are.
        files: Each is imported whole or not at all; those before a bad one stay.
        choices: `--map` entries.
        dry_run: Commit nothing.
        strict: The first bad row of a file ends it.
        with_index: Bring the index up to date, unless nothing was committed.
        quiet: Print neither reports nor progress.

    Returns:
        A report for each file, and what was done to the index, None where nothing was.
    """
    invocation = current()
    side = _SIDES[kind]
    chosen = parse_choices(choices, side)
    for file in files:
        if not file.is_file():
            raise FileMissingError(file)
    reports: list[ImportReport] = []
    synced: list[Synced] | None = None
    with writing(invocation.home), invocation.parts.open_store(invocation.settings) as store:
        for file in files:
            with ProgressLine(f"导入 {file.name}", enabled=not quiet) as line:
                report = import_file(
                    store,
                    file,
                    side,
                    rejects_folder=invocation.home.rejects,
                    chosen=chosen,
                    strict=strict,
                    dry_run=dry_run,
                    progress=line.show_rows,
                )
            reports.append(report)
            if not quiet:
                _show(invocation, report)
        if with_index and not dry_run:
            synced = _index(invocation, store, quiet=quiet)
    return reports, synced


def _index(invocation: Invocation, store: Store, *, quiet: bool) -> list[Synced]:
    try:
        synced = bring_index_up_to_date(invocation, store, quiet=quiet)
    except BaseException:
        invocation.note("记录已经导入，但索引没有更新完；解决下面的问题后运行 duijie index 即可。")
        raise
    if not quiet:
        invocation.say(as_text(synced))
    return synced


def _document(
    kind: Kind, reports: list[ImportReport], synced: list[Synced] | None
) -> dict[str, Any]:
    return {
        "kind": kind,
        "files": [report.as_json() for report in reports],
        "index": None if synced is None else as_json(synced),
    }


def _show(invocation: Invocation, report: ImportReport) -> None:
    trial = "（试运行，没有写入）" if report.dry_run else ""
    invocation.say(
        f"{report.file.name}：读取 {report.read:,} 条{SIDE_NAMES[report.side]}{trial}，"
        f"新增 {report.new:,}，更新 {report.updated:,}，未变 {report.unchanged:,}，"
        f"重复 {report.duplicate:,}，拒绝 {report.rejected:,}"
    )
    for place, same_as in report.duplicates:
        invocation.note(f"  重复：{place} 与编号 {same_as} 的内容相同，没有导入")
    if report.duplicate > len(report.duplicates):
        invocation.note(f"  ……共 {report.duplicate:,} 条重复")
    for warned in report.warnings.values():
        example = f"，例如 {warned.example}" if warned.example else ""
        count = f"（{warned.count:,} 处{example}）" if example else ""
        invocation.note(f"  提醒：{warned.message}{count}")
    if report.rejects is not None:
        invocation.note(f"  被拒绝的行和原因见：{report.rejects}")
