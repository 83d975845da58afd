"""`duijie user reset`: a new one-time password."""

from typing import Annotated

import typer

from service.cli.invocation import current
from service.cli.options import JsonFlag
from service.cli.user_words import ONCE, as_input

HELP = "重置一个用户的密码，打印新的一次性密码；他的所有登录随即失效。"


def run(
    login: Annotated[str, typer.Argument(metavar="账号", help="谁的密码")],
    as_document: JsonFlag = False,
) -> None:
    """Reset a password; see `HELP`."""
    from service.access.people import reset, with_login

    invocation = current()
    with as_input(), invocation.parts.open_store(invocation.settings) as store:
        with store.reading() as connection:
            person = with_login(connection, login)
        once = reset(store, None, person.id)
    if as_document:
        invocation.emit_json({"login": person.login, "one_time_password": once})
        return
    invocation.say(f"{person.login} 的一次性密码：{once} {ONCE}")
