"""`duijie import mandates`: what funds, banks and guarantors finance."""

from collections.abc import Sequence
from pathlib import Path

from service.cli.invocation import Invocation, current
from service.errors import FileMissingError
from service.lock import writing
from service.roadshow.errors import MandateFileError
from service.roadshow.mandate_report import MandateReport
from service.roadshow.mandates import import_mandates

_SHOWN = 50


def run_mandates(
    files: Sequence[Path], choices: Sequence[str], *, dry_run: bool, strict: bool, quiet: bool
) -> None:
    """Import files of mandates into the home of the running call.

    Args:
        files: each is imported whole or not at all; those before a bad one stay.
        choices: `--map` entries.
        dry_run: commit nothing.
        strict: the first bad row of a file ends it.
        quiet: print one JSON document and nothing else.
    """
    invocation = current()
    chosen = _chosen(choices)
    for file in files:
        if not file.is_file():
            raise FileMissingError(file)
    reports = []
    with writing(invocation.home), invocation.parts.open_store(invocation.settings) as store:
        for file in files:
            report = import_mandates(store, file, chosen, dry_run=dry_run, strict=strict)
            reports.append(report)
            if not quiet:
                _show(invocation, report, dry_run=dry_run)
    if quiet:
        invocation.emit_json({"kind": "mandates", "files": [one.as_json() for one in reports]})


def _chosen(entries: Sequence[str]) -> dict[str, str]:
    chosen = {}
    for entry in entries:
        column, separator, field = (part.strip() for part in entry.rpartition("="))
        if not separator or not column or not field:
            raise MandateFileError(f"--map 的写法是“列名=字段”，而“{entry}”不符合。请改正后重试。")
        chosen[column] = field
    return chosen


def _show(invocation: Invocation, report: MandateReport, *, dry_run: bool) -> None:
    trial = "（试运行，没有写入）" if dry_run else ""
    invocation.say(
        f"{report.file}：读取 {report.read:,} 条资金{trial}，新增 {report.new:,}，"
        f"更新 {report.updated:,}，未变 {report.unchanged:,}，拒绝 {len(report.rejected):,}"
    )
    for title, told in (("拒绝", report.rejected), ("提醒", report.warnings)):
        for place, message in told[:_SHOWN]:
            invocation.note(f"  {title}：{place}：{message}")
        if len(told) > _SHOWN:
            invocation.note(f"  ……共 {len(told):,} 条{title}；用 --json 看全部")
    for title, names in (("没有认出的列", report.ignored), ("不保存的个人信息列", report.personal)):
        if names:
            invocation.note(f"  {title}：{'、'.join(names)}")
