"""`duijie events list`: events that were held."""

from service.cli.invocation import current
from service.cli.options import JsonFlag

HELP = "列出用 duijie shortlist --record 记下的活动，最近的在前。"


def run(as_document: JsonFlag = False) -> None:
    """List past events; see `HELP`."""
    from service.roadshow.past import past_events

    invocation = current()
    with invocation.parts.open_store(invocation.settings) as store:
        events = past_events(store)
    if as_document:
        shaped = [
            {
                "number": one.number,
                "title": one.title,
                "held_on": one.held_on.isoformat(),
                "achievements": one.achievements,
            }
            for one in events
        ]
        invocation.emit_json({"events": shaped})
        return
    if not events:
        invocation.say("还没有记下的活动；办完后运行 duijie shortlist 计划.toml --record。")
    for one in events:
        invocation.say(f"{one.number:>4}  {one.held_on}  {one.title}（{one.achievements} 项成果）")
