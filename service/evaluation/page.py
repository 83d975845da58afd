"""Shows an evaluation as one HTML page that asks nothing of the network and runs no script."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from matcher.types import Level


class Reading(NamedTuple):
    """How a figure is read.

    Attributes:
        label: Its name for people.
        says: What it says, in one sentence.
        high_is_good: Which direction is better.
    """

    label: str
    says: str
    high_is_good: bool = True


READINGS: Mapping[str, Reading] = {
    "ndcg@10": Reading("nDCG@10", "前 10 名的次序有多接近最好的次序；1 为最好。"),
    "mrr@10": Reading("MRR@10", "第一项合适的成果排在第几名（取倒数）。"),
    "recall@10": Reading("recall@10", "合适的成果有多大比例进了前 10 名。"),
    "recall@50": Reading("recall@50", "合适的成果有多大比例进了前 50 名。"),
    "recall@100": Reading("recall@100", "合适的成果有多大比例进了前 100 名。"),
    "p@5": Reading("P@5", "前 5 名里有多大比例合适。"),
    "mae": Reading("MAE", "等级（取概率的中位数）平均差几级。", high_is_good=False),
    "1/(1+mae)": Reading("1/(1+MAE)", "同上，换算到 0 至 1。"),
    "qwk": Reading("QWK", "给出的等级与标注的一致程度，扣除碰巧一致的部分。"),
    "ece": Reading("ECE", "匹配度与实际比例平均差多少。", high_is_good=False),
    "aurc": Reading("AURC", "先给最有把握的：各种覆盖率下等级误差的平均。", high_is_good=False),
}
GROUPINGS: Mapping[str, tuple[str, str]] = {
    "industry": ("按需求的行业", "行业"),
    "need_length": ("按需求的长度（标题加正文）", "长度"),
    "achievement_length": ("按成果的长度（标题加正文）", "长度"),
}


def page(found: Mapping[str, Any]) -> str:
    """Write the page of what `document` computed."""
    surroundings = Environment(
        loader=PackageLoader("service.evaluation", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    surroundings.filters.update(number=_number, signed=_signed, reads=_reads)
    return surroundings.get_template("page.html.j2").render(
        found=found,
        readings=READINGS,
        groupings=GROUPINGS,
        levels=[level.label for level in Level],
    )


def _number(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _signed(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else f"{value:+.{digits}f}".replace("-", "−")


def _reads(difference: Mapping[str, Any], name: str) -> str:
    """Say what a difference means, by its interval."""
    low, high = difference["low"], difference["high"]
    if low is None:
        return "需求太少，无法判断"
    if low <= 0 <= high:
        return "看不出差别"
    return "更好" if (low > 0) == READINGS[name].high_is_good else "更差"
