"""`duijie doctor`: looks over the installation."""

import typer

from service.cli.failures import FAILED
from service.cli.invocation import current
from service.cli.options import JsonFlag
from service.doctor import check_all

HELP = """检查依赖库、数据目录、模型文件、数据库和索引，指出问题和解决办法。只检查，不改动任何东西。
发现问题时退出码为 1。"""


def run(as_document: JsonFlag = False) -> None:
    """Look over the installation; see `HELP`."""
    invocation = current()
    checks = []
    for check in check_all(invocation.settings, invocation.parts):
        checks.append(check)
        if not as_document:
            invocation.say(f"{'✓' if check.ok else '✗'} {check.name}：{check.detail}")
            if check.remedy:
                invocation.say(f"  → {check.remedy}")
    if as_document:
        listed = [check._asdict() for check in checks]
        invocation.emit_json({"ok": all(check.ok for check in checks), "checks": listed})
    if not all(check.ok for check in checks):
        raise typer.Exit(FAILED)
