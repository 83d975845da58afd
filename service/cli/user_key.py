"""`duijie user key`: a program's key, made or revoked."""

from typing import Annotated

import typer

from service.cli.invocation import current
from service.cli.options import JsonFlag
from service.cli.user_words import as_input

HELP = """为一个用户创建接口密钥并打印出来（只显示这一次）；--revoke 吊销。
程序在请求头里写 Authorization: Bearer 密钥。"""


def run(
    login: Annotated[str, typer.Argument(metavar="账号", help="谁的密钥")],
    name: Annotated[
        str, typer.Option("--name", metavar="名称", help="这个密钥做什么用")
    ] = "命令行",
    scope: Annotated[
        list[str] | None,
        typer.Option(
            "--scope", metavar="权限", help="read（默认）、write、admin，不超过该用户的；可写多次"
        ),
    ] = None,
    days: Annotated[
        int, typer.Option("--days", metavar="天数", min=1, max=3650, help="有效天数")
    ] = 90,
    revoke: Annotated[
        str | None,
        typer.Option("--revoke", metavar="前缀", help="吊销：密钥里 dj_ 之后的那一段"),
    ] = None,
    as_document: JsonFlag = False,
) -> None:
    """Make or revoke a key; see `HELP`."""
    from service.access import keys
    from service.access.people import caller_for, with_login
    from service.errors import InputError

    invocation = current()
    with as_input(), invocation.parts.open_store(invocation.settings) as store:
        with store.reading() as connection:
            person = with_login(connection, login)
            owned = {one.prefix: one.id for one in keys.keys(connection, person.id)}
        if revoke is not None:
            if revoke not in owned:
                raise InputError(f"{person.login} 没有前缀为“{revoke}”的密钥。请核对后重试。")
            keys.revoke(store, None, owned[revoke])
            _tell(as_document, {"revoked": revoke}, f"已吊销密钥 dj_{revoke}_…")
            return
        made, secret = keys.make_key(store, caller_for(person), name, scope or ["read"], days)
    told = {"key": secret, "prefix": made.prefix, "scopes": list(made.scopes), "days": days}
    _tell(as_document, told, f"密钥（只显示这一次，{days} 天内有效）：{secret}")


def _tell(as_document: bool, told: dict[str, object], said: str) -> None:
    if as_document:
        current().emit_json(told)
    else:
        current().say(said)
