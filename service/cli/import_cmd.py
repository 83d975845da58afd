"""`duijie import`: files into the store, and the store into the index."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from matcher.types import Side
from service.cli.import_quality import examine, observer, part_merged
from service.cli.indexing_step import SIDE_NAMES, as_json, index_after
from service.cli.invocation import Invocation, current
from service.cli.options import JsonFlag
from service.cli.progress import ProgressLine
from service.errors import FileMissingError
from service.importer.mapping import parse_choices
from service.importer.preview import TablePreview, preview
from service.importer.report import ImportReport
from service.importer.run import import_file
from service.lock import writing
from service.sync import Synced

HELP = """导入需求（needs）、成果（achievements）或资金（mandates）。
每个文件要么全部生效，要么完全不生效；有问题的行会跳过，并写进一个说明原因的文件。"""

Kind = Literal["needs", "achievements"]
_SIDES: dict[Kind, Side] = {"needs": "need", "achievements": "achievement"}


def run(
    kind: Annotated[
        Literal["needs", "achievements", "mandates"],
        typer.Argument(metavar="needs|achievements|mandates", help="导入需求、成果还是资金"),
    ],
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="文件…", help="csv、tsv、xlsx、xls、jsonl、docx、pdf、txt，或者它们的 zip"
        ),
    ],
    choices: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="列名=字段", help="指定某一列是什么字段，可以写多次"),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只检查并说明会怎样导入，不写入")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="遇到第一个有问题的行就停止，该文件不导入")
    ] = False,
    no_index: Annotated[
        bool, typer.Option("--no-index", help="只导入，不更新索引；之后用 duijie index 更新")
    ] = False,
    no_report: Annotated[
        bool, typer.Option("--no-report", help="不检查数据质量（乱码、缺项、描述是否充分）")
    ] = False,
    as_document: JsonFlag = False,
) -> None:
    """Import files of one side, or of mandates; see `HELP`."""
    if kind == "mandates":
        from service.cli.import_mandates import run_mandates

        run_mandates(files, choices or [], dry_run=dry_run, strict=strict, quiet=as_document)
        return
    reports, synced = import_files(
        kind,
        files,
        choices=choices or [],
        dry_run=dry_run,
        strict=strict,
        with_index=not no_index,
        with_report=not no_report,
        quiet=as_document,
    )
    previews = _previews(_SIDES[kind], files, choices or []) if dry_run else None
    if as_document:
        current().emit_json(_document(kind, reports, synced, previews))
    elif previews is not None:
        _show_previews(current(), files, previews)


def import_files(
    kind: Kind,
    files: Sequence[Path],
    *,
    choices: Sequence[str] = (),
    dry_run: bool = False,
    strict: bool = False,
    with_index: bool = True,
    with_report: bool = True,
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
        with_report: Examine the quality of what comes in.
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
        with _telling_what_is_in(invocation, reports):
            for file in files:
                quality = observer(side) if with_report else None
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
                        observe=None if quality is None else quality.observe,
                    )
                reports.append(report)
                part_merged(invocation, store, report)
                if quality is not None:
                    examine(invocation, store, report, quality, quiet=quiet)
                if not quiet:
                    _show(invocation, report)
        if with_index and not dry_run:
            synced = index_after(invocation, store, "记录已经导入", quiet=quiet)
    return reports, synced


@contextmanager
def _telling_what_is_in(invocation: Invocation, reports: Sequence[ImportReport]) -> Iterator[None]:
    """Before an error say which files are in all the same: the index does not know them yet."""
    try:
        yield
    except BaseException:
        if kept := [one.file.name for one in reports if not one.dry_run]:
            invocation.note(
                f"{'、'.join(kept)} 已经导入，但索引没有更新。"
                "解决下面的问题后重新运行这条命令，或者运行 duijie index。"
            )
        raise


def _previews(
    side: Side, files: Sequence[Path], choices: Sequence[str]
) -> list[list[TablePreview]]:
    chosen = parse_choices(choices, side)
    return [preview(file, side, chosen) for file in files]


def _show_previews(
    invocation: Invocation, files: Sequence[Path], previews: Sequence[list[TablePreview]]
) -> None:
    for file, tables in zip(files, previews, strict=True):
        invocation.say(f"{file.name} 会这样导入：")
        for line in chain.from_iterable(one.as_lines() for one in tables):
            invocation.say(line)


def _document(
    kind: Kind,
    reports: list[ImportReport],
    synced: list[Synced] | None,
    previews: list[list[TablePreview]] | None,
) -> dict[str, Any]:
    files = [report.as_json() for report in reports]
    for file, tables in zip(files, previews or (), strict=False):
        file["tables"] = [table.as_json() for table in tables]
    return {
        "kind": kind,
        "files": files,
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
    if report.quality is not None:
        from service.cli.quality_lines import report_lines

        for line in report_lines(report.quality):
            invocation.say(line)
    if report.quality_file is not None:
        invocation.note(f"  质量报告：{report.quality_file}")
