"""`duijie events undo`: take back that an event was held."""

from typing import Annotated

import typer

from service.cli.invocation import current
from service.cli.options import JsonFlag

HELP = "撤销一场记下的活动：登台次数和首次登台不再计入它。"


def run(
    number: Annotated[int, typer.Argument(metavar="编号", help="duijie events list 列出的编号")],
    as_document: JsonFlag = False,
) -> None:
    """Forget a past event; see `HELP`."""
    from service.roadshow.past import forget_event

    invocation = current()
    with invocation.parts.open_store(invocation.settings) as store:
        gone = forget_event(store, number)
    if as_document:
        invocation.emit_json({"undone": gone.number})
        return
    invocation.say(f"已撤销第 {gone.number} 场“{gone.title}”（{gone.held_on}）。")
