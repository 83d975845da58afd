"""The words of decisions: verdicts, structured reasons, how far a pair is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from service.web.errors import InvalidError

VerdictWord = Literal["accepted", "rejected", ""]
Reason = Literal[
    "太早",
    "优势不明",
    "商业路径不明",
    "描述不清",
    "技术质疑",
    "不符战略",
    "指标不达",
    "地域或规模不符",
]
Status = Literal["拟对接", "已联系", "已签约", "放弃", ""]
VERDICTS: tuple[VerdictWord, ...] = get_args(VerdictWord)
REASONS: tuple[Reason, ...] = get_args(Reason)
STATUSES: tuple[Status, ...] = get_args(Status)
VERDICT_NAMES: dict[VerdictWord, str] = {"accepted": "接受", "rejected": "不接受", "": "未定"}
LONGEST_NOTE = 2000
"""Characters."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person says of a pair; it replaces what the organisation said before.

    Attributes:
        verdict: accepted, rejected, or empty.
        level: the person's own grade, 1-4.
        reasons: why not; a rejection has at least one.
        note: free words.
        status: how far the pair is.
        assigned_to: id of the user who sees to it.
        version: of the decision that the person saw; 0 where there was none.
    """

    verdict: VerdictWord = ""
    level: int | None = None
    reasons: tuple[Reason, ...] = ()
    note: str = ""
    status: Status = ""
    assigned_to: int | None = None
    version: int = 0

    def check(self) -> None:
        """Refuse what contradicts itself.

        Raises:
            InvalidError: a word is unknown, a rejection has no reason, or the parts do not agree.
        """
        self._check_words()
        if self.verdict == "rejected" and not self.reasons:
            raise InvalidError(f"不接受时至少要选一个原因：{'、'.join(REASONS)}。")
        if self.verdict != "rejected" and self.reasons:
            raise InvalidError("只有不接受时才填写原因；请改为不接受，或者去掉原因。")
        if self.verdict == "rejected" and self.status not in ("", "放弃"):
            raise InvalidError(f"已经不接受的匹配不能标为“{self.status}”；请先改为接受。")

    def _check_words(self) -> None:
        if self.verdict not in VERDICTS:
            raise InvalidError(f"结论“{self.verdict}”不认识；可用 accepted、rejected 或留空。")
        unknown = [reason for reason in self.reasons if reason not in REASONS]
        if unknown:
            raise InvalidError(f"原因“{unknown[0]}”不认识；可用：{'、'.join(REASONS)}。")
        if self.status not in STATUSES:
            raise InvalidError(f"进度“{self.status}”不认识；可用：{'、'.join(STATUSES[:-1])}。")
        if self.level is not None and self.level not in (1, 2, 3, 4):
            raise InvalidError("等级须为 1 到 4：无相关、弱相关、较强相关、强相关。")
        if len(self.note) > LONGEST_NOTE:
            raise InvalidError(f"备注有 {len(self.note)} 字，最多 {LONGEST_NOTE} 字；请写短些。")


@dataclass(frozen=True, slots=True)
class Decision:
    """What an organisation thinks of a pair, and how far it is.

    Attributes:
        need, achievement: ids, as matches show them.
        by, assigned_name: names of who decided last and of who sees to it; empty for nobody.
        score, fingerprint, model: what was said when the verdict or the level was given (P(level
            >= 3)); None and empty where there was no index.
        version: rises with each change.
    """

    id: int
    need: str
    achievement: str
    verdict: VerdictWord
    level: int | None
    reasons: tuple[Reason, ...]
    note: str
    status: Status
    assigned_to: int | None
    assigned_name: str
    by: str
    score: float | None
    fingerprint: str
    model: str
    version: int
    created_at: datetime
    updated_at: datetime
