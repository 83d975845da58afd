"""`duijie duplicates`: records that are the same thing: found, reviewed, merged, taken apart."""

import getpass
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from matcher.types import Side
from service.cli.indexing_step import SIDE_NAMES, as_json, index_after
from service.cli.invocation import Invocation, current
from service.cli.options import JsonFlag
from service.cli.progress import ProgressLine
from service.errors import InputError
from service.lock import writing
from service.store.merges import STATE_NAMES, Merge, Merges, State
from service.store.store import Store

HELP = """查找重复的需求（needs）或成果（achievements），复核、合并，合并后可以撤销。
不带选项时列出待复核的条目；--find 查找，只提出建议；--merge、--reject、--undo 后面写条目的编号。"""

Kind = Literal["needs", "achievements"]
StateName = Literal["proposed", "merged", "rejected", "undone", "all"]
_SIDES: dict[Kind, Side] = {"needs": "need", "achievements": "achievement"}


def run(
    kind: Annotated[Kind, typer.Argument(metavar="needs|achievements", help="需求还是成果")],
    find: Annotated[bool, typer.Option("--find", help="查找重复，提出建议，不合并")] = False,
    auto: Annotated[
        bool, typer.Option("--auto", help="查找重复，把有把握的直接合并，其余提出建议")
    ] = False,
    merge: Annotated[
        list[str] | None,
        typer.Option("--merge", metavar="编号", help="合并这些条目，例如 3,5；可以写多次"),
    ] = None,
    reject: Annotated[
        list[str] | None,
        typer.Option("--reject", metavar="编号", help="这些不是重复，以后不再提出"),
    ] = None,
    undo: Annotated[
        list[str] | None, typer.Option("--undo", metavar="编号", help="撤销这些合并")
    ] = None,
    state: Annotated[
        StateName,
        typer.Option(
            "--state",
            metavar="状态",
            help="列出哪些：proposed 待复核（默认）、merged、rejected、undone、all",
        ),
    ] = "proposed",
    export: Annotated[
        Path | None, typer.Option("--export", metavar="文件.csv", help="把列出的条目写成表格")
    ] = None,
    no_index: Annotated[
        bool, typer.Option("--no-index", help="不更新索引；之后用 duijie index 更新")
    ] = False,
    as_document: JsonFlag = False,
) -> None:
    """Find, list, merge, reject or undo; see `HELP`."""
    invocation, side = current(), _SIDES[kind]
    asked: dict[State, list[str] | None] = {"merged": merge, "rejected": reject, "undone": undo}
    numbers = {name: _numbers(given) for name, given in asked.items() if given}
    if export is not None and export.suffix.lower() != ".csv":
        raise InputError(f"--export 的文件名应以 .csv 结尾，现为 {export.name}。请改正后重试。")
    document: dict[str, Any] = {"kind": kind, "found": None, "index": None}
    with writing(invocation.home), invocation.parts.open_store(invocation.settings) as store:
        # First what may be refused: a search that merges cannot be taken back by it.
        changed = _decide(invocation, Merges(store), side, numbers, quiet=as_document)
        if find or auto:
            document["found"] = _find(invocation, store, side, merge=auto, quiet=as_document)
        if not no_index and (changed or (document["found"] or {}).get("merged")):
            synced = index_after(invocation, store, "合并和撤销已经生效", quiet=as_document)
            document["index"] = as_json(synced)
        states: tuple[State, ...] = tuple(STATE_NAMES) if state == "all" else (state,)
        listed = Merges(store).listed(side, states)
        rows = _with_titles(store, side, listed)
    if export is not None:
        _export(export, rows)
    if as_document:
        invocation.emit_json({**document, "duplicates": rows})
        return
    _show(invocation, side, rows, export)


def _numbers(given: Sequence[str]) -> list[int]:
    numbers = []
    for word in ",".join(given).replace("，", ",").replace("#", "").split(","):
        if not word.strip().isdecimal():
            raise InputError(f"“{word.strip()}”不是条目的编号。请写数字，例如 --merge 3,5。")
        numbers.append(int(word))
    return list(dict.fromkeys(numbers))


def _find(
    invocation: Invocation, store: Store, side: Side, *, merge: bool, quiet: bool
) -> dict[str, int]:
    from service.duplicates import candidates_file, find_duplicates

    with ProgressLine("查找重复", enabled=not quiet) as line:
        found = find_duplicates(
            store,
            side,
            merge=merge,
            cache=candidates_file(invocation.home, side),
            progress=lambda share: line.show(share, "逐对比较"),
        )
    if not quiet:
        invocation.say(
            f"{SIDE_NAMES[side]}查重：新提出 {len(found.proposed):,} 条待复核，"
            f"合并 {len(found.merged):,} 条。"
        )
    return {"proposed": len(found.proposed), "merged": len(found.merged)}


def _decide(
    invocation: Invocation,
    merges: Merges,
    side: Side,
    numbers: Mapping[State, Sequence[int]],
    *,
    quiet: bool,
) -> bool:
    """Do all of what was asked or nothing; tells whether an index has something to learn."""
    if not numbers:
        return False
    merges.decide(side, numbers, _person())
    verbs: dict[State, str] = {"undone": "撤销合并", "merged": "合并", "rejected": "否决"}
    for state, verb in verbs.items():
        if state in numbers and not quiet:
            invocation.say(f"已{verb} {len(numbers[state]):,} 条。")
    return "merged" in numbers or "undone" in numbers


def _person() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user without a name, as in some containers
        return ""


def _with_titles(store: Store, side: Side, listed: Sequence[Merge]) -> list[dict[str, Any]]:
    titles: dict[str, str] = {}
    for id_ in {id_ for one in listed for id_ in (one.kept, one.absorbed)}:
        found = store.details(side, id_)
        titles[id_] = found.record.title if found else ""
    return [
        {
            "number": one.number,
            "state": one.state,
            "score": one.score,
            "kept": {"id": one.kept, "title": titles[one.kept]},
            "absorbed": {"id": one.absorbed, "title": titles[one.absorbed]},
            "reasons": list(one.reasons),
            "found_at": one.found_at.isoformat(timespec="seconds"),
            "decided_at": one.decided_at and one.decided_at.isoformat(timespec="seconds"),
            "decided_by": one.decided_by,
        }
        for one in listed
    ]


_HEADINGS = ("编号", "状态", "可能性", "保留", "保留的标题", "并入", "并入的标题", "理由")


def _export(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    import csv

    from service.formulas import defused

    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        sheet = csv.writer(stream)
        sheet.writerow(_HEADINGS)
        for row in rows:
            kept, absorbed = row["kept"], row["absorbed"]
            about = [row["number"], STATE_NAMES[row["state"]], row["score"]]
            both = [kept["id"], kept["title"], absorbed["id"], absorbed["title"]]
            reasons = "；".join(row["reasons"])
            sheet.writerow([defused(cell) for cell in (*about, *both, reasons)])


def _show(
    invocation: Invocation, side: Side, rows: Sequence[dict[str, Any]], export: Path | None
) -> None:
    if export is not None:
        invocation.say(f"已把 {len(rows):,} 条写入 {export}。")
        return
    if not rows:
        invocation.say(f"没有要列出的{SIDE_NAMES[side]}。")
    for row in rows:
        kept, absorbed = row["kept"], row["absorbed"]
        invocation.say(f"#{row['number']}  {row['score']:.2f}  {STATE_NAMES[row['state']]}")
        invocation.say(f"    保留 {kept['id']} {kept['title'] or '（无标题）'}")
        invocation.say(f"    并入 {absorbed['id']} {absorbed['title'] or '（无标题）'}")
        invocation.say(f"    {'；'.join(row['reasons'])}")
