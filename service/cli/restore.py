"""`duijie restore`: a home from a backup."""

from pathlib import Path
from typing import Annotated

import typer

from service.cli.invocation import current
from service.cli.options import JsonFlag

HELP = """从备份文件恢复数据目录。先核对所有校验和、把数据库升级到现在的结构，最后才放到位；
哪一步不成都不改动任何东西。恢复后所有人需要重新登录。"""


def run(
    file: Annotated[Path, typer.Argument(metavar="文件.zip", help="duijie backup 写的文件")],
    home: Annotated[
        Path | None,
        typer.Option("--home", metavar="目录", help="恢复到哪里；不写就是当前的数据目录"),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="目录里已有数据时也恢复；原有的目录改名保留")
    ] = False,
    as_document: JsonFlag = False,
) -> None:
    """Restore a backup; see `HELP`."""
    from service.backup.errors import refuse_server
    from service.backup.restore import restore
    from service.settings import Home

    invocation = current()
    refuse_server(invocation.settings)
    where = invocation.home if home is None else Home(home.expanduser().absolute())
    done = restore(file.absolute(), where, force=force)
    if as_document:
        invocation.emit_json(
            {
                "home": str(done.home),
                "aside": None if done.aside is None else str(done.aside),
                "upgraded_from": done.upgraded_from,
                "created": done.manifest.created,
                "counts": done.manifest.counts,
            }
        )
        return
    counts = done.manifest.counts
    needs, achievements = counts.get("needs", 0), counts.get("achievements", 0)
    invocation.say(
        f"已恢复到 {done.home}：{done.manifest.created} 的备份，"
        f"需求 {needs:,} 条，成果 {achievements:,} 项。"
    )
    if done.upgraded_from is not None:
        invocation.say(f"数据库已从结构版本 {done.upgraded_from} 升级。")
    if done.aside is not None:
        invocation.say(f"原有的数据目录保留在 {done.aside}，确认无误后可以删除。")
    invocation.say(f"索引会在服务启动时更新，也可以现在运行：duijie --home {done.home} index")
