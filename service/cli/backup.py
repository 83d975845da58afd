"""`duijie backup`: the whole home in one file."""

from pathlib import Path
from typing import Annotated

import typer

from service.cli.invocation import current
from service.cli.options import JsonFlag

HELP = """把数据目录备份成一个 zip 文件：数据库（某一时刻的完整副本）、质量报告、被拒绝的行、
还没有导入的上传文件、自己的权重和模型。不用停止服务；写完后逐个文件核对校验和。"""


def run(
    file: Annotated[Path, typer.Argument(metavar="文件.zip", help="写到哪里；不覆盖已有的文件")],
    with_index: Annotated[
        bool, typer.Option("--with-index", help="连同索引；不带的话恢复后要重建索引")
    ] = False,
    as_document: JsonFlag = False,
) -> None:
    """Write a backup; see `HELP`."""
    from service.backup.errors import refuse_server
    from service.backup.write import write_backup

    invocation = current()
    refuse_server(invocation.settings)
    manifest = write_backup(invocation.home, file.absolute(), with_index=with_index)
    size = file.stat().st_size
    if as_document:
        told = {"created", "duijie", "schema_version", "counts"}
        files = len(manifest.files)
        document = {"file": str(file), "bytes": size, "files": files}
        invocation.emit_json({**document, **manifest.model_dump(include=told)})
        return
    needs, achievements = manifest.counts.get("needs", 0), manifest.counts.get("achievements", 0)
    invocation.say(
        f"已备份到 {file}：需求 {needs:,} 条，成果 {achievements:,} 项，"
        f"{len(manifest.files):,} 个文件，{size / 1e6:.1f} MB，校验和已核对。"
    )
    invocation.say(f"恢复：duijie restore {file} --home 新目录")
