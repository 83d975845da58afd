"""`duijie evaluate`: how good lists and levels are, against judgements."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from service.cli.invocation import current
from service.cli.options import EncoderName, JsonFlag
from service.cli.progress import ProgressLine

HELP = """用标注数据评测：为每条有标注的需求在全部成果中排序（--candidates all），
或只在该需求已标注的成果中排序（--candidates judged），再与标注比较。
评测在临时目录中进行，不影响您的数据。每个指标附 95% 置信区间（按需求重抽样）。"""


def run(
    needs: Annotated[Path, typer.Option("--needs", metavar="文件", help="需求")],
    achievements: Annotated[Path, typer.Option("--achievements", metavar="文件", help="成果")],
    qrels: Annotated[
        Path, typer.Option("--qrels", metavar="文件", help="标注：jsonl，need、achievement、level")
    ],
    candidates: Annotated[
        Literal["all", "judged"], typer.Option("--candidates", help="在哪些成果中排序")
    ] = "all",
    fast: Annotated[bool, typer.Option("--fast", help="只用检索分数排序")] = False,
    encoder: EncoderName = None,
    as_document: JsonFlag = False,
) -> None:
    """Evaluate; see `HELP`."""
    from service.evaluation import evaluate_files

    invocation = current()
    settings = invocation.settings
    if encoder is not None:
        settings = settings.model_copy(update={"encoder": encoder})
    with ProgressLine("评测", enabled=not as_document) as line:
        figures = evaluate_files(
            settings,
            invocation.parts,
            needs=needs,
            achievements=achievements,
            qrels=qrels,
            judged_only=candidates == "judged",
            fast=fast,
            progress=lambda step, share: line.show(share, step),
        )
    if as_document:
        invocation.emit_json(figures)
        return
    for name, figure in figures["figures"].items():
        invocation.say(f"{name:<12}{_shown(figure)}")
    invocation.say(
        f"需求 {figures['needs']:,} 条，成果 {figures['achievements']:,} 项，"
        f"标注 {figures['judgements']:,} 对。"
    )


def _shown(figure: Any) -> str:
    if isinstance(figure, dict):
        return f"{figure['value']:.4f}  [{figure['low']:.4f}, {figure['high']:.4f}]"
    return f"{figure:.4f}"
