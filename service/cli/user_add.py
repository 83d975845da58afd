"""`duijie user add`: a person, and their organisation where it is new."""

from typing import Annotated

import typer

from service.access.caller import Kind
from service.cli.invocation import current
from service.cli.options import JsonFlag
from service.cli.user_words import ONCE, as_input, document, kinds

HELP = """添加一个用户，打印他的一次性密码。单位还没有的，用 --kind 说明它是哪一类，一并添加；
用户的角色由单位的类别决定。"""


def run(
    login: Annotated[str, typer.Argument(metavar="账号", help="英文字母、数字和 . _ @ + -")],
    organisation: Annotated[
        str, typer.Option("--organisation", metavar="单位", help="单位的全称；管理员写“平台”")
    ],
    name: Annotated[str, typer.Option("--name", metavar="姓名", help="不写就用账号")] = "",
    kind: Annotated[
        Kind | None, typer.Option("--kind", metavar="类别", help=f"新单位的类别：{kinds()}")
    ] = None,
    as_document: JsonFlag = False,
) -> None:
    """Add a person; see `HELP`."""
    from service.access.organisations import add_organisation, named
    from service.access.people import add_person, one_time
    from service.errors import InputError

    invocation = current()
    once = one_time()
    with (
        as_input(),
        invocation.parts.open_store(invocation.settings) as store,
        store.writing() as (connection, _, _),
    ):
        at = named(connection, organisation)
        if at is None:
            if kind is None:
                raise InputError(
                    f"还没有名为“{organisation}”的单位。请核对全称；要新建，请用 --kind 说明类别。"
                )
            at = add_organisation(connection, None, organisation, kind)
        elif kind not in (None, at.kind):
            raise InputError(f"单位“{at.name}”的类别是 {at.kind}，不是 {kind}。请去掉 --kind。")
        person = add_person(connection, None, login, name or login, at, once)
    if as_document:
        invocation.emit_json({"person": document(person), "one_time_password": once.password})
        return
    invocation.say(f"已添加 {person.login}（{person.organisation}）。")
    invocation.say(f"一次性密码：{once.password} {ONCE}")
