"""`duijie repair`: a text without its garble, and the original back from the log."""

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.invocation import Invocation, current
from service.cli.options import JsonFlag
from service.errors import FileMissingError, InputError, RepairError

if TYPE_CHECKING:
    from service.repair_file import TextBytes
    from service.repair_log import RepairLog, RepairSummary

HELP = """修复一个文本文件里的乱码、异形字、繁体等，结果以 UTF-8 写到标准输出。
用 --log 留下日志，以后可以用 --undo 逐字节还原。每条规则做什么，见 --rules。"""

MOST_BYTES = 500_000_000
_STDIN = "标准输入"


def run(
    file: Annotated[
        str | None, typer.Argument(metavar="文件|-", help="文本文件；- 表示从标准输入读")
    ] = None,
    log: Annotated[
        Path | None, typer.Option("--log", metavar="日志", help="把每处修改写进这个 jsonl 文件")
    ] = None,
    undo: Annotated[
        Path | None,
        typer.Option("--undo", metavar="日志", help="按日志把修复过的文字还原成原文件"),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="规则", help="不用这条规则，可以写多次"),
    ] = None,
    list_rules: Annotated[bool, typer.Option("--rules", help="列出全部规则、次序和理由")] = False,
    as_document: JsonFlag = False,
) -> None:
    """Repair a text, or undo a repair; see `HELP`."""
    if list_rules:
        _tell_rules(current(), as_document=as_document)
        return
    if file is None:
        raise InputError("请写明要修复的文件；- 表示从标准输入读。")
    if undo is not None:
        if log is not None or without or as_document:
            raise InputError("--undo 不能和 --log、--without、--json 一起用。")
        _undo(file, undo)
        return
    _repair(file, log, _checked(without or []), as_document=as_document)


def _undo(file: str, log: Path) -> None:
    from service.repair_log import undo_bytes

    if not log.is_file():
        raise FileMissingError(log)
    original = undo_bytes(_read(file), log)
    _write(original)
    current().note(f"已还原 {len(original):,} 字节，与修复前完全相同。")


def _repair(file: str, log: Path | None, without: list[str], *, as_document: bool) -> None:
    from service.cli.progress import ProgressLine
    from service.repair_file import decode, repair_passages
    from service.repair_log import RepairSummary, log_lines

    raw = _read(file)
    facts = decode(raw, _STDIN if file == "-" else f"文件 {file}")
    summary = RepairSummary()
    texts: list[str] = []
    lines: list[dict[str, Any]] = []
    with ExitStack() as stack:
        progress = stack.enter_context(ProgressLine("修复", enabled=not as_document))
        written = None if log is None else _opened(log, file, stack)
        for passage in repair_passages(facts.text, without):
            summary.add(passage)
            if written is not None:
                written.add(passage)
            if as_document:
                texts.append(passage.text)
                lines += log_lines(passage)
            else:
                _write(passage.text.encode())
            progress.show(passage.read / len(facts.text), f"已读 {passage.read:,} 字")
        if written is not None:
            written.finish(facts, summary, without)
    if as_document:
        current().emit_json(_document(facts, summary, "".join(texts), lines))
    else:
        _tell(facts, summary)


def _opened(log: Path, file: str, stack: ExitStack) -> "RepairLog":
    """Open a log; it is removed when the repair fails."""
    from service.repair_log import RepairLog

    if file != "-" and log.resolve() == Path(file).resolve():
        raise InputError("--log 不能写到要修复的文件自己上面，请换一个文件名。")
    if log.exists():
        raise InputError(
            f"日志 {log} 已经存在，没有覆盖它：它是还原那次修复的唯一依据。"
            "请换一个文件名，或者先把它移走。"
        )
    opened = RepairLog(log)
    stack.callback(opened.abandon)  # nothing is left to remove once it is finished
    return opened


def _read(file: str) -> bytes:
    if file == "-":
        raw = sys.stdin.buffer.read(MOST_BYTES + 1)
        name = _STDIN
    else:
        path = Path(file)
        if not path.is_file():
            raise FileMissingError(path)
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
        name = f"文件 {path}"
    if len(raw) > MOST_BYTES:
        raise RepairError(
            f"{name} 超过 {MOST_BYTES // 10**6} MB，没有修复。请在换行处分成几个文件，分别修复。"
        )
    return raw


def _write(raw: bytes) -> None:
    typer.echo(raw, nl=False)


def _checked(without: list[str]) -> list[str]:
    from matcher.text.repair import MARKS, RULES

    names = [rule.name for rule in (*RULES, *MARKS)]
    unknown = [name for name in without if name not in names]
    if unknown:
        raise InputError(f"没有规则 {'、'.join(unknown)}。可用的规则：{'、'.join(names)}。")
    return without


def _titles() -> dict[str, str]:
    from matcher.text.repair import MARKS, RULES

    return {rule.name: rule.title for rule in (*RULES, *MARKS)}


def _tell(facts: "TextBytes", summary: "RepairSummary") -> None:
    invocation = current()
    share = summary.changed / len(facts.text) if facts.text else 0.0
    invocation.note(
        f"编码 {facts.codec}，{len(facts.text):,} 字；"
        f"修改 {summary.changes:,} 处，涉及原文 {summary.changed:,} 字（{share:.1%}）。"
    )
    titles = _titles()
    for name, count in sorted(summary.rules.items(), key=lambda one: (-one[1], one[0])):
        invocation.note(f"  {titles.get(name, name)}（{name}）：{count:,} 处")
    for name, count in sorted(summary.marks.items()):
        invocation.note(f"  {titles.get(name, name)}（{name}）：{count:,} 处，只标记，没有改动")


def _document(
    facts: "TextBytes", summary: "RepairSummary", text: str, lines: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "encoding": facts.codec,
        "characters": len(facts.text),
        "changed_characters": summary.changed,
        "rules": dict(summary.rules),
        "text": text,
        "changes": [line for line in lines if "mark" not in line],
        "marks": [line for line in lines if "mark" in line],
    }


def _tell_rules(invocation: Invocation, *, as_document: bool) -> None:
    from matcher.text.repair import MARKS, RULES

    rules = [(rule, True) for rule in RULES] + [(rule, False) for rule in MARKS]
    if as_document:
        listed = [
            {"name": rule.name, "title": rule.title, "reason": rule.reason, "changes": changes}
            for rule, changes in rules
        ]
        invocation.emit_json({"rules": listed})
        return
    for number, (rule, changes) in enumerate(rules, start=1):
        only = "" if changes else "（只标记，不改动）"
        invocation.say(f"{number}. {rule.name}  {rule.title}{only}：{rule.reason}")
