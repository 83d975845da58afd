"""`duijie batch`: the best achievements for every need, into parquet tables."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from service.cli.invocation import Invocation, current
from service.cli.match import tell_if_behind
from service.cli.options import EncoderName, JsonFlag
from service.cli.out_folder import check_folder
from service.cli.progress import ProgressLine
from service.errors import InputError

HELP = """为全部需求各找出前几名成果，写成 parquet 表（需要 pip install 'duijie[batch]'）。
中断后重新运行同一条命令，会从中断处继续；--since 只算上次之后变化的部分，结果与全部重算相同。"""


def run(
    out: Annotated[Path, typer.Option("--out", metavar="文件夹", help="结果写进这个文件夹")],
    since: Annotated[
        Path | None,
        typer.Option("--since", metavar="文件夹", help="在这份旧结果上只算变化的部分"),
    ] = None,
    top: Annotated[int, typer.Option("--top", min=1, max=1000, help="每条需求给出前几名")] = 50,
    filters: Annotated[
        list[str] | None,
        typer.Option("--filter", metavar="字段=值", help="只看符合条件的成果，可以写多次"),
    ] = None,
    dense_only: Annotated[
        bool, typer.Option("--dense-only", help="只按语义向量检索，不检索词语（快得多，略粗）")
    ] = False,
    workers: Annotated[int, typer.Option("--workers", min=1, help="在本机用几个进程计算")] = 1,
    ray: Annotated[
        str,
        typer.Option("--ray", metavar="地址", help="在这个 Ray 集群上计算；local 表示本机的 Ray"),
    ] = "",
    encoder: EncoderName = None,
    as_document: JsonFlag = False,
) -> None:
    """Answer all needs; see `HELP`."""
    if find_spec("pyarrow") is None:
        raise InputError("没有安装 pyarrow。请运行 pip install 'duijie[batch]' 后重试。")
    from matcher.query_filters import parse_filter
    from service.batch.run import Request, run_batch

    invocation = current()
    check_folder(out)
    request = Request(
        out=out.absolute(),
        since=None if since is None else since.absolute(),
        top=top,
        filters=tuple(parse_filter(one, "achievement") for one in filters or []),
        dense_only=dense_only,
        workers=workers,
        ray=ray,
    )
    settings = invocation.settings_with(encoder)
    with invocation.parts.open_store(settings) as store:
        matcher = invocation.parts.make_matcher(settings, store, request.plan.config)
        tell_if_behind(invocation, store, "achievement", matcher.sides["achievement"].bundle)
        with ProgressLine("批量匹配", enabled=not as_document) as line:
            outcome = run_batch(
                request,
                settings,
                store,
                matcher,
                lambda done, total: line.show(
                    done / total if total else 1.0, f"第 {done:,} / {total:,} 份"
                ),
            )
    _tell(invocation, outcome, request.out, as_document=as_document)


def _tell(invocation: Invocation, outcome: Any, out: Path, *, as_document: bool) -> None:
    if as_document:
        names = ("needs", "parts", "kept", "answered", "searched")
        counts = {name: getattr(outcome, name) for name in names}
        invocation.emit_json({"out": str(out), **counts})
        return
    if outcome.kept:
        invocation.say(f"接着上次：{outcome.kept:,} 份已经算好，没有重算。")
    if outcome.searched < outcome.answered:
        reused = outcome.answered - outcome.searched
        invocation.say(f"{reused:,} 条需求在旧结果上更新，{outcome.searched:,} 条整个重算。")
    invocation.say(
        f"全部 {outcome.needs:,} 条需求的结果在 {out / 'parts'}（{outcome.parts:,} 份）。"
    )
