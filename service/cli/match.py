"""`duijie match`: the explained ranked list for a need, an achievement, or a text."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from matcher.types import Achievement, Need, Record, Side
from service.cli.given_text import text_of
from service.cli.invocation import Invocation, current
from service.cli.options import EncoderName, JsonFlag, Top
from service.errors import InputError, UnknownIdError
from service.store.store import Store

if TYPE_CHECKING:
    from indexing.bundle import Bundle

HELP = """为一条需求找成果（--need）、为一项成果找需求（--achievement），或用一段文字（--text）。
筛选可写多次，例如：--filter region=江苏 --filter trl>=6 --filter "industry=农业;纺织业"。"""

SIDE_NAMES: dict[Side, str] = {"need": "需求", "achievement": "成果"}


def run(
    need: Annotated[str | None, typer.Option(metavar="编号", help="为这条需求找成果")] = None,
    achievement: Annotated[
        str | None, typer.Option(metavar="编号", help="为这项成果找需求")
    ] = None,
    text: Annotated[
        str | None, typer.Option(metavar="文件|-", help="文本文件；- 表示从标准输入读")
    ] = None,
    text_is: Annotated[
        Literal["need", "achievement"], typer.Option("--text-is", help="这段文字是需求还是成果")
    ] = "need",
    top: Top = 10,
    filters: Annotated[
        list[str] | None,
        typer.Option("--filter", metavar="字段=值", help="只看符合条件的，可以写多次"),
    ] = None,
    fast: Annotated[
        bool, typer.Option("--fast", help="只用检索分数排序，不逐对精排（更快，略粗）")
    ] = False,
    encoder: EncoderName = None,
    as_document: JsonFlag = False,
) -> None:
    """Match one record; see `HELP`."""
    from matcher.config import MatchConfig
    from matcher.query_filters import parse_filter
    from service.present import list_as_json, list_as_text

    invocation = current()
    if sum(given is not None for given in (need, achievement, text)) != 1:
        raise InputError("请用 --need、--achievement、--text 中的一个说明要匹配什么。")
    settings = invocation.settings_with(encoder)
    with invocation.parts.open_store(settings) as store:
        asking = _asking(store, need, achievement, text, text_is)
        direction: Side = "achievement" if isinstance(asking, Need) else "need"
        conditions = [parse_filter(one, direction) for one in filters or []]
        config = replace(MatchConfig(), rerank=0) if fast else MatchConfig()
        matcher = invocation.parts.make_matcher(settings, store, config)
        tell_if_behind(invocation, store, direction, matcher.sides[direction].bundle)
        answer = matcher.match(asking, k=top, filters=conditions)
    if as_document:
        invocation.emit_json(list_as_json(answer))
        return
    for line in list_as_text(answer):
        invocation.say(line)


def _asking(
    store: Store, need: str | None, achievement: str | None, text: str | None, text_is: Side
) -> Record:
    if text is not None:
        words = text_of(text)
        return Need(id="", text=words) if text_is == "need" else Achievement(id="", text=words)
    side: Side = "need" if need is not None else "achievement"
    id_ = need if need is not None else achievement or ""
    record = store.get(side, id_)
    if record is None:
        raise UnknownIdError(SIDE_NAMES[side], id_)
    return record


def tell_if_behind(invocation: Invocation, store: Store, side: Side, bundle: "Bundle") -> None:
    """Note what an index lacks."""
    from matcher.indexer import has_all_columns

    if not has_all_columns(bundle, side):
        invocation.note("提醒：索引由旧版本建立，缺少新的筛选字段；请运行 duijie index。")
    if store.last_revision(side) != bundle.meta.get("revision"):
        invocation.note("提醒：有记录还没有写进索引，结果可能不全；请运行 duijie index。")
