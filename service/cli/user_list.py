"""`duijie user list`: everybody who may sign in."""

from service.cli.invocation import current
from service.cli.options import JsonFlag
from service.cli.user_words import document, line

HELP = "列出所有用户：账号、姓名、角色、单位。"


def run(as_document: JsonFlag = False) -> None:
    """List everybody; see `HELP`."""
    from service.access.people import people

    invocation = current()
    with invocation.parts.open_store(invocation.settings) as store, store.reading() as connection:
        found = people(connection)
    if as_document:
        invocation.emit_json({"people": [document(one) for one in found]})
        return
    for one in found:
        invocation.say(line(one))
    if not found:
        invocation.say("还没有用户。运行 duijie serve 会建立管理员 admin。")
