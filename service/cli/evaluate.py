"""`duijie evaluate`: how good lists and levels are, against judgements."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from service.cli.invocation import current
from service.cli.options import EncoderName, JsonFlag
from service.cli.progress import ProgressLine

HELP = """用标注数据评测：为每条有标注的需求在全部成果中排序（--candidates all），
或只在该需求已标注的成果中排序（--candidates judged），再与标注比较。
评测在临时目录中进行，不影响您的数据。每个指标附 95% 置信区间（按需求重抽样）。
--save 保存结果（只有编号和分数，没有正文），以后用 --against 与之配对比较；--html 写成一页报告。"""

ResultFile = Annotated[
    Path | None, typer.Option("--save", metavar="文件", help="把结果写成 JSON，供以后比较")
]


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
    save: ResultFile = None,
    against: Annotated[
        Path | None,
        typer.Option("--against", metavar="文件", help="与以前用 --save 保存的结果配对比较"),
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="文件", help="写成一页 HTML 报告")
    ] = None,
    as_document: JsonFlag = False,
) -> None:
    """Evaluate; see `HELP`."""
    from service.cli.main import version
    from service.evaluation import files, saved
    from service.evaluation.document import document

    invocation = current()
    settings = invocation.settings_with(encoder)
    # what would make the long work useless is found first
    earlier = None if against is None else saved.load(against)
    for path in (save, html):
        saved.check_writable(path)
    with ProgressLine("评测", enabled=not as_document) as line:
        evaluation = files.evaluate_files(
            settings,
            invocation.parts,
            files.Files(needs, achievements, qrels),
            candidates=candidates,
            fast=fast,
            program=version(),
            progress=lambda step, share: line.show(share, step),
        )
    if save is not None:
        saved.save(evaluation, save)
        invocation.note(f"结果已写入 {save}")
    found = document(evaluation, earlier)
    if html is not None:
        _write_page(found, html)
        invocation.note(f"报告已写入 {html}")
    if as_document:
        invocation.emit_json(found)
        return
    for text in lines(found):
        invocation.say(text)


def _write_page(found: dict[str, Any], path: Path) -> None:
    from service.evaluation.page import page
    from service.evaluation.saved import write

    write(path, page(found))


def lines(found: dict[str, Any]) -> list[str]:
    """Say for people what an evaluation found."""
    said = [f"{name:<12}{_shown(one)}" for name, one in found["figures"].items()]
    said.append(
        f"需求 {found['needs']:,} 条，成果 {found['achievements']:,} 项，"
        f"标注 {found['judgements']:,} 对。"
    )
    if found["comparison"]:
        said.append("与以前相比（差值、95% 置信区间、随机化检验的 p 值）：")
        said += [
            f"{name:<12}{_compared(one)}" for name, one in found["comparison"]["figures"].items()
        ]
    return said


def _shown(figure: dict[str, Any]) -> str:
    return f"{figure['value']:.4f}  {_interval(figure, '.4f')}"


def _compared(figure: dict[str, Any]) -> str:
    p = "–" if figure["p"] is None else f"{figure['p']:.3f}"
    return f"{figure['value']:+.4f}  {_interval(figure, '+.4f')}  p = {p}"


def _interval(figure: dict[str, Any], form: str) -> str:
    if figure["low"] is None:
        return "（需求太少，没有区间）"
    return f"[{figure['low']:{form}}, {figure['high']:{form}}]"
