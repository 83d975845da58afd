"""What an import says about the quality of what came in, duplicates among it."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from matcher.types import Side
from service.cli.invocation import Invocation
from service.cli.progress import ProgressLine
from service.importer.report import ImportReport
from service.store.store import Store

if TYPE_CHECKING:
    from service.importer.quality import DataQuality


def observer(side: Side) -> "DataQuality":
    """Make what observes the records of one import."""
    from service.importer.quality import DataQuality

    return DataQuality(side, date.today())


def examine(
    invocation: Invocation,
    store: Store,
    report: ImportReport,
    quality: "DataQuality",
    *,
    quiet: bool,
) -> None:
    """Fill in the quality of an import and keep it in the home.

    Args:
        invocation: The running call.
        store: Where the records are.
        report: Of the import; receives the quality.
        quality: What observed its records.
        quiet: Show no progress.
    """
    try:
        _examine(invocation, store, report, quality, quiet=quiet)
    except BaseException:
        if not report.dry_run:
            # The transaction of the import has ended: whatever fails now, the records are in.
            invocation.note(
                f"{report.file.name} 已经导入（新增 {report.new:,}，更新 {report.updated:,}），"
                "但质量检查没有做完，没有质量报告。解决下面的问题后可以用 "
                f"duijie duplicates {report.side}s --find 查找重复。"
            )
        raise


def part_merged(invocation: Invocation, store: Store, report: ImportReport) -> None:
    """Take apart what was merged without a look and is the same thing no more."""
    from service.importer import followup

    if parted := followup.part_merged(store, report):
        invocation.note(
            f"  提醒：{parted:,} 条自动合并的记录内容已经不同，已分开显示"
            f"（duijie duplicates {report.side}s --state undone 可以查看）"
        )


def _examine(
    invocation: Invocation,
    store: Store,
    report: ImportReport,
    quality: "DataQuality",
    *,
    quiet: bool,
) -> None:
    from service.importer.followup import suspected
    from service.importer.quality_file import keep_report

    with ProgressLine("查找重复", enabled=not quiet) as line:
        found = suspected(
            store, invocation.home, report, lambda share: line.show(share, "逐对比较")
        )
    report.quality = quality.as_json(report, found)
    if not report.dry_run:
        report.quality_file = keep_report(invocation.home.reports, report, datetime.now())
