"""`duijie quality`: how well records are described, and what to add."""

import heapq
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from matcher.types import Record, Side
from service.cli.invocation import Invocation, current
from service.cli.options import JsonFlag
from service.cli.progress import ProgressLine
from service.errors import UnknownIdError
from service.store.store import Store

if TYPE_CHECKING:
    from matcher.quality import Assessment, QualityCounts

HELP = """为库里的需求或成果的描述质量打分（0 到 1），并说明该补充什么。
写得越明确，越容易匹配准：指标、应用场景、方法、成熟度等。
不写 --id 时给出总体情况和最差的几条。"""

Kind = Literal["needs", "achievements"]
_SIDES: dict[Kind, Side] = {"needs": "need", "achievements": "achievement"}
_ADVICE = 3


def run(
    kind: Annotated[
        Kind, typer.Argument(metavar="needs|achievements", help="看需求还是成果")
    ] = "needs",
    id_: Annotated[
        str | None, typer.Option("--id", metavar="编号", help="只看这一条，逐项说明")
    ] = None,
    worst: Annotated[int, typer.Option("--worst", min=0, max=1000, help="列出最差的几条")] = 10,
    as_document: JsonFlag = False,
) -> None:
    """Assess records; see `HELP`."""
    invocation = current()
    side = _SIDES[kind]
    with invocation.parts.open_store(invocation.settings) as store:
        if id_ is not None:
            _tell_one(invocation, store, side, id_, as_document=as_document)
        else:
            _tell_all(invocation, store, side, worst, as_document=as_document)


def _tell_one(
    invocation: Invocation, store: Store, side: Side, id_: str, *, as_document: bool
) -> None:
    from matcher.quality import assess
    from service.cli.quality_lines import assessment_lines, side_name
    from service.quality_json import assessment_as_json

    record = store.get(side, id_)
    if record is None:
        raise UnknownIdError(side_name(side), id_)
    assessment = assess(record)
    if as_document:
        invocation.emit_json(assessment_as_json(assessment))
        return
    for line in assessment_lines(assessment, record.title):
        invocation.say(line)


def _tell_all(
    invocation: Invocation, store: Store, side: Side, worst: int, *, as_document: bool
) -> None:
    from matcher.quality import QualityCounts
    from service.cli.quality_lines import description_rows, labelled, side_name
    from service.quality_json import assessment_as_json, description_as_json

    counts = QualityCounts()
    with ProgressLine("评估描述质量", enabled=not as_document) as line:
        assessed = _assessed(store, side, counts, line)
        lowest = heapq.nsmallest(max(worst, 1), assessed, key=_worst_first)[:worst]
    description = description_as_json(counts)
    if as_document:
        listed = [assessment_as_json(one) | {"title": record.title} for one, record in lowest]
        document = {"side": side, "assessed": counts.assessed, "description": description}
        invocation.emit_json(document | {"worst": listed})
        return
    if not counts.assessed:
        invocation.say(f"库里还没有{side_name(side)}。")
        return
    invocation.say(f"{side_name(side)} {counts.assessed:,} 条：")
    for label, words in description_rows(description, counts.assessed):
        invocation.say(labelled(label, words))
    if lowest:
        invocation.say(f"最差的 {len(lowest)} 条：")
    for one, record in lowest:
        invocation.say(f"  {one.score:.2f}  {one.id}  {record.title}")
        for words in one.advice[:_ADVICE]:
            invocation.say(f"        · {words}")


def _worst_first(one: tuple["Assessment", Record]) -> tuple[float, str]:
    return one[0].score, one[0].id


def _assessed(
    store: Store, side: Side, counts: "QualityCounts", line: ProgressLine
) -> Iterator[tuple["Assessment", Record]]:
    from matcher.quality import assess

    total = store.count(side) or 1
    for record in store.iterate(side):
        assessment = assess(record)
        counts.add(assessment)
        line.show(min(1.0, counts.assessed / total), f"已看 {counts.assessed:,} 条")
        yield assessment, record
