"""What a provider of capital states, and what a judged pair says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from matcher.errors import MandateError
from matcher.types import Side, Visibility

Kind = Literal["equity", "loan", "pledge", "guarantee", "grant"]
KINDS: Mapping[Kind, str] = {
    "equity": "股权投资",
    "loan": "科技贷款",
    "pledge": "知识产权质押融资",
    "guarantee": "融资担保",
    "grant": "资助补贴",
}
"""Kinds of capital with their Chinese names."""

Stage = Literal["seed", "startup", "growth", "mature"]
STAGES: Mapping[Stage, str] = {
    "seed": "种子期",
    "startup": "初创期",
    "growth": "成长期",
    "mature": "成熟期",
}
"""Stages of a company, from the first to the last."""

State = Literal["met", "unknown", "broken"]
STATES: Mapping[State, str] = {"met": "符合", "unknown": "待核实", "broken": "不符合"}

RuleName = Literal[
    "validity", "kind", "field", "region", "readiness", "stage", "ticket", "requirement"
]
RULES: Mapping[RuleName, str] = {
    "validity": "有效期",
    "kind": "资金类型",
    "field": "领域",
    "region": "地区",
    "readiness": "技术成熟度",
    "stage": "企业阶段",
    "ticket": "额度",
    "requirement": "准入条件",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """资金需求方向: what a fund, a bank or a guarantor finances. Lists are kept as written.

    Attributes:
        name: of the fund or product.
        institution: who offers it; one institution may have several mandates.
        min_trl, max_trl: readiness of the technology, 1-9; None for no bound.
        stages: of the company; none for any.
        industries: names or codes of GB/T 4754-2017; none for any.
        keywords: words of its field, beside or instead of industries.
        min_wan, max_wan: ticket in 万元; None for no bound.
        regions: places where it may be spent; none for the whole country.
        instruments: such as 可转债 or 信用贷款, as written.
        requirements: what must be there, as written (`wording.read_requirement`).
        valid_until: last day; None for no end.

    Raises:
        MandateError: a lower bound lies above its upper one, or an amount is negative.
    """

    id: str
    name: str
    institution: str
    kind: Kind
    text: str = ""
    min_trl: int | None = None
    max_trl: int | None = None
    stages: tuple[Stage, ...] = ()
    industries: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    min_wan: float | None = None
    max_wan: float | None = None
    regions: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    valid_until: date | None = None
    visibility: Visibility = "公开"

    def __post_init__(self) -> None:
        bounds = (("成熟度", self.min_trl, self.max_trl), ("额度", self.min_wan, self.max_wan))
        for what, low, high in bounds:
            if low is not None and high is not None and low > high:
                raise MandateError(
                    f"资金“{self.id}”的{what}下限 {low:g} 高于上限 {high:g}，请改正后重试。"
                )
        if any(one is not None and not 1 <= one <= 9 for one in (self.min_trl, self.max_trl)):
            raise MandateError(f"资金“{self.id}”的成熟度不在 1 到 9 之间，请改正后重试。")
        if any(one is not None and not one >= 0 for one in (self.min_wan, self.max_wan)):
            raise MandateError(f"资金“{self.id}”的额度为负数或不是数字，请改正后重试。")


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one rule says of a pair.

    Attributes:
        reason: in Chinese: what was compared, and for `unknown` what to ask.
        hard: a broken rule of this kind takes the pair out.
    """

    rule: RuleName
    state: State
    reason: str
    hard: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a score: `label` for people, a weight, and a value in [0, 1]."""

    name: str
    label: str
    weight: float
    value: float

    @property
    def adds(self) -> float:
        """What it adds to the score."""
        return self.weight * self.value


@dataclass(frozen=True, slots=True)
class MandateFit:
    """A mandate beside an achievement, or beside an enterprise's need.

    Attributes:
        mandate, seeker: ids; `side` is the seeker's.
        score: in [0, 1], the sum of what `parts` add; 0 for a pair that is out.
        parts: their weights add up to 1.
        rulings: in the order of `RULES`.
    """

    mandate: str
    seeker: str
    side: Side
    score: float
    parts: tuple[Part, ...]
    rulings: tuple[Ruling, ...]

    @property
    def excluded(self) -> bool:
        """Whether a hard rule is broken."""
        return any(one.state == "broken" and one.hard for one in self.rulings)

    @property
    def to_ask(self) -> tuple[str, ...]:
        """What nobody has stated yet."""
        return tuple(one.reason for one in self.rulings if one.state == "unknown")

    @property
    def against(self) -> tuple[str, ...]:
        """What speaks against the pair, the hard reasons first."""
        broken = [one for one in self.rulings if one.state == "broken"]
        return tuple(one.reason for one in sorted(broken, key=lambda one: not one.hard))
