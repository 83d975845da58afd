"""`duijie requirements`: what is understood of a need, point by point."""

from typing import Annotated

import typer

from matcher.types import Need
from service.cli.given_text import text_of
from service.cli.invocation import current
from service.cli.options import JsonFlag
from service.errors import InputError, UnknownIdError

HELP = """列出从一条需求里读出的要求：材料、方法、效果、产品、应用、指标。
匹配就是逐条按这些要求去核对成果的；读错或读漏的，改写需求后再看一次。"""


def run(
    need: Annotated[str | None, typer.Option(metavar="编号", help="库里的这条需求")] = None,
    text: Annotated[
        str | None, typer.Option(metavar="文件|-", help="文本文件；- 表示从标准输入读")
    ] = None,
    as_document: JsonFlag = False,
) -> None:
    """Read a need; see `HELP`."""
    from service.present import KIND_NAMES, quantity_as_text, requirement_as_json

    invocation = current()
    if (need is None) == (text is None):
        raise InputError("请用 --need 或 --text 中的一个说明要看哪条需求。")
    asking = _given(text) if text is not None else _stored(need or "")
    found = invocation.parts.find_requirements(asking)
    if as_document:
        shaped = [requirement_as_json(one) for one in found]
        invocation.emit_json({"id": asking.id, "title": asking.title, "requirements": shaped})
        return
    for one in found:
        invocation.say(f"{one.id:<4}{KIND_NAMES[one.kind]}  {one.span.text}")
        if one.indicator:
            invocation.say(f"          {quantity_as_text(one.indicator)}")
    if not found:
        invocation.say("没有读出具体的要求；请写明要什么产品、用在哪里、达到什么指标。")


def _given(name: str) -> Need:
    text = text_of(name)
    if not text.strip():
        where = "标准输入" if name == "-" else f"文件 {name}"
        raise InputError(f"{where}里没有文字，读不出要求；请写入需求的正文后重试。")
    return Need(id="", text=text)


def _stored(id_: str) -> Need:
    invocation = current()
    with invocation.parts.open_store(invocation.settings) as store:
        record = store.get("need", id_)
    if not isinstance(record, Need):
        raise UnknownIdError("需求", id_)
    return record
