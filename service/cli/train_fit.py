"""`duijie train fit`: a model of one's own, from one's own labelled pairs."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from service.cli.invocation import current
from service.cli.options import EncoderName, JsonFlag
from service.cli.progress import ProgressLine

HELP = """用自己标注的“需求–成果”对训练匹配度模型，供 duijie score --model 使用。
文件为 csv 或 jsonl，列为 need_id、need_title、need_text、achievement_title、achievement_text、
level（1–4）。训练前先交叉验证，与随程序提供的权重比较；模型里没有原文。"""

SHOWN = ("ndcg@10", "p@5", "mae", "1/(1+mae)", "qwk", "ece")
TITLES = {"need": "换一批需求（按需求交叉验证）", "pair": "同一批需求的其他成果（按对交叉验证）"}


def run(
    pairs: Annotated[Path, typer.Option("--pairs", metavar="文件", help="标注，csv 或 jsonl")],
    out: Annotated[Path, typer.Option("--out", metavar="文件夹", help="模型放在哪里")],
    split: Annotated[
        Literal["need", "pair"],
        typer.Option("--split", help="交叉验证怎么分：need 按需求；pair 再加上按对"),
    ] = "need",
    encoder: EncoderName = None,
    as_document: JsonFlag = False,
) -> None:
    """Fit a model to labelled pairs; see `HELP`."""
    from service.training.fitted import fit_labels
    from service.training.folder import check_place, put_model
    from service.training.labels import read_labels

    invocation = current()
    settings = invocation.settings_with(encoder)
    labels = read_labels(pairs)
    check_place(out)
    comparer = invocation.parts.make_comparer(settings)
    with ProgressLine("训练", enabled=not as_document) as line:
        model, card = fit_labels(
            labels, comparer, [split], lambda step, share: line.show(share, step)
        )
    put_model(out, model, card)
    if as_document:
        invocation.emit_json({**card, "out": str(out)})
        return
    for text in lines(card):
        invocation.say(text)
    invocation.say(f"模型在 {out}，用法：duijie score 文件 --model {out} --out 结果.csv")


def lines(card: dict[str, Any]) -> list[str]:
    """Say for people what the labels were and what came of them."""
    levels = "、".join(f"{level} 级 {count:,}" for level, count in card["levels"].items())
    said = [
        f"{card['pairs']:,} 对标注，{card['needs']:,} 条需求，"
        f"{card['achievements']:,} 项成果（{levels}）"
    ]
    for split, found in card["cross_validation"].items():
        said.append(f"{TITLES[split]}{'':<4}自训练 / 随程序提供")
        said += [
            f"  {name:<10}{_figure(found['own'][name])} / {_figure(found['shipped'][name])}"
            for name in SHOWN
            if name in found["own"]
        ]
        said.append("  " + _verdict(found["difference"]))
    return said


def _figure(one: dict[str, Any]) -> str:
    if one["value"] is None:
        return "–"
    if one["low"] is None:
        return f"{one['value']:.3f}"
    return f"{one['value']:.3f} [{one['low']:.3f}, {one['high']:.3f}]"


def _verdict(difference: dict[str, Any]) -> str:
    """Say whether it pays."""
    better = [name for name, one in difference.items() if _sign(name, one) > 0]
    worse = [name for name, one in difference.items() if _sign(name, one) < 0]
    if worse:
        return f"{'、'.join(worse)} 明显变差：标注可能太少或不一致，建议仍用随程序提供的权重。"
    if better:
        return f"{'、'.join(better)} 明显变好（差的 95% 区间不含 0）。"
    return "与随程序提供的权重没有明显差别；标注更多时再试。"


def _sign(name: str, one: dict[str, Any]) -> int:
    """1 for better, -1 for worse, 0 where the interval holds 0."""
    if one["low"] is None or one["low"] <= 0 <= one["high"]:
        return 0
    return 1 if (one["value"] > 0) == (name != "mae") else -1
