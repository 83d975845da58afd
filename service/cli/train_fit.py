"""`duijie train fit`: a model of one's own, from one's own labelled pairs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from service.cli.invocation import Invocation, current
from service.cli.options import EncoderName, JsonFlag
from service.cli.progress import ProgressLine
from service.errors import InputError
from service.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.memory.trained import TrainedModel
    from service.training.labels import LabelledPair

HELP = """用自己标注的“需求–成果”对训练匹配度模型，供 duijie score --model 使用。
文件为 csv 或 jsonl，列为 need_id、need_title、need_text、achievement_title、achievement_text、
level（1–4）。训练前先交叉验证，与随程序提供的权重比较；模型里没有原文。
也可以用 --from-feedback 从工作台的结论学习，这时只有确实变好才放进 --out。"""

SHOWN = ("ndcg@10", "p@5", "mae", "1/(1+mae)", "qwk", "ece")
TITLES = {"need": "换一批需求（按需求交叉验证）", "pair": "同一批需求的其他成果（按对交叉验证）"}


def run(
    out: Annotated[Path, typer.Option("--out", metavar="文件夹", help="模型放在哪里")],
    pairs: Annotated[
        Path | None, typer.Option("--pairs", metavar="文件", help="标注，csv 或 jsonl")
    ] = None,
    from_feedback: Annotated[
        bool, typer.Option("--from-feedback", help="从工作台的结论学习，变好才放进 --out")
    ] = False,
    split: Annotated[
        Literal["need", "pair"],
        typer.Option("--split", help="交叉验证怎么分：need 按需求；pair 再加上按对"),
    ] = "need",
    encoder: EncoderName = None,
    as_document: JsonFlag = False,
) -> None:
    """Fit a model to labelled pairs; see `HELP`."""
    from service.training.fitted import fit_labels
    from service.training.folder import check_place

    invocation = current()
    settings = invocation.settings_with(encoder)
    if from_feedback == (pairs is not None):
        raise InputError("--pairs 和 --from-feedback 要写一个，也只能写一个；请改正后重试。")
    labels, about = _labels(invocation, settings, pairs)
    check_place(out)
    comparer = invocation.parts.make_comparer(settings)
    with ProgressLine("训练", enabled=not as_document) as line:
        model, card = fit_labels(
            labels, comparer, [split], lambda step, share: line.show(share, step)
        )
    card |= about
    said = _put(out, model, card, from_feedback)
    if as_document:
        invocation.emit_json({**card, "out": str(out), **said})
        return
    for text in (*lines(card), *_ending(out, said)):
        invocation.say(text)


def _labels(
    invocation: Invocation, settings: Settings, pairs: Path | None
) -> "tuple[Sequence[LabelledPair], dict[str, Any]]":
    """Read what to learn from, and what the card tells of it."""
    from service.training.feedback import read_feedback
    from service.training.labels import read_labels

    if pairs is not None:
        return read_labels(pairs), {}
    with invocation.parts.open_store(settings) as store:
        found = read_feedback(store)
    told = {name: getattr(found, name) for name in ("decisions", "organisations", "silent", "gone")}
    return found.labels, {"feedback": told}


def _put(
    out: Path, model: "TrainedModel", card: dict[str, Any], from_feedback: bool
) -> dict[str, Any]:
    """Write the model; what was learned from feedback only where it is better."""
    from service.training.feedback import install, is_better
    from service.training.folder import put_model

    if not from_feedback:
        put_model(out, model, card)
        return {}
    if not is_better(card):
        return {"installed": False, "previous": None}
    previous = install(out, model, card)
    return {"installed": True, "previous": str(previous) if previous else None}


def _ending(out: Path, said: dict[str, Any]) -> list[str]:
    if said.get("installed") is False:
        return [f"没有确实变好，{out} 没有改动，请继续用原来的模型；结论更多时再试。"]
    ending = [f"模型在 {out}，用法：duijie score 文件 --model {out} --out 结果.csv"]
    if not said:
        return ending
    if said["previous"]:
        return [*ending, f"原来的模型在 {said['previous']}，退回：把上面的 --model 换成它。"]
    return [*ending, "退回随程序提供的权重：去掉 --model。"]


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
