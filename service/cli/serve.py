"""`duijie serve`: the API and the pages, in one process."""

import logging
from typing import Annotated

import typer

from service.cli.invocation import current

KEPT_OPEN = 75
"""Seconds that an idle connection is kept: longer than people read and nginx keeps its own (60).
Kept shorter, a question may meet a connection that is just being closed."""
HELP = "启动网页工作台和接口。只在本机使用时不用加选项；对外提供服务时请放在 HTTPS 代理之后。"

Host = Annotated[str, typer.Option(help="监听的地址；0.0.0.0 表示接受别的机器访问")]
Port = Annotated[int, typer.Option(min=1, max=65535, help="监听的端口")]


def run(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Serve until Ctrl-C."""
    import uvicorn

    from service.access.first_start import LOGIN, first_admin
    from service.app import create_app
    from service.vector_server import bundle_type

    invocation = current()
    if invocation.settings.milvus:
        bundle_type(invocation.settings)  # at once, not from the log, whether it can be spoken to
    with invocation.parts.open_store(invocation.settings) as store:
        once = first_admin(store)
    if once is not None:
        invocation.note(
            f"第一次启动：已建立管理员账号 {LOGIN}，一次性密码 {once}（只显示这一次）。\n"
            f"登录后要先改密码；忘了可以运行 duijie user reset {LOGIN}。"
        )
    logging.getLogger("uvicorn.error").addFilter(without_traceback)
    app = create_app(invocation.settings, invocation.parts)
    invocation.note(f"对接工作台：http://{host}:{port}/ （按 Ctrl-C 结束）")
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=KEPT_OPEN,
    )


def without_traceback(record: logging.LogRecord) -> bool:
    """Take tracebacks out of the server's messages: they may quote what somebody has written."""
    record.exc_info = record.exc_text = None
    return True
