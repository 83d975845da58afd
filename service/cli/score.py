"""`duijie score`: levels and probabilities for pairs in a file; no index is needed."""

from pathlib import Path
from typing import Annotated

import typer

from service.cli.invocation import current
from service.cli.options import EncoderName, JsonFlag
from service.cli.progress import ProgressLine

HELP = """为一批“需求–成果”对打分。文件为 csv 或 jsonl，列为
need_title、need_text、achievement_title、achievement_text（正文可以空）。
输出保留原有各列，并加上 p1、p2、p3、p4、expected、level、score。"""


def run(
    pairs: Annotated[Path, typer.Argument(metavar="文件", help="csv 或 jsonl")],
    out: Annotated[Path, typer.Option("--out", metavar="文件", help="结果文件，csv 或 jsonl")],
    model: Annotated[
        Path | None,
        typer.Option("--model", metavar="文件夹", help="用 duijie train fit 训练的模型"),
    ] = None,
    encoder: EncoderName = None,
    as_document: JsonFlag = False,
) -> None:
    """Score the pairs of a file; see `HELP`."""
    from service.pairs import score_file

    invocation = current()
    settings = invocation.settings_with(encoder)
    parts = invocation.parts
    score = parts.make_scorer(settings) if model is None else parts.make_own_scorer(settings, model)
    with ProgressLine("打分", enabled=not as_document) as line:
        scored, skipped = score_file(
            pairs, out, score, lambda share, rows: line.show(share, f"{rows:,} 对")
        )
    if as_document:
        invocation.emit_json({"scored": scored, "skipped": skipped, "out": str(out)})
        return
    invocation.say(f"已打分 {scored:,} 对，结果在 {out}")
    if skipped:
        invocation.note(f"  有 {skipped:,} 对缺少需求或成果的文字，相应的分数列留空。")
