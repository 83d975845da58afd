"""The audit sheet of a shortlist: the plan, the proof, the quotas, everybody's reasons."""

from collections.abc import Iterator
from datetime import datetime

from matcher.roadshow.draws import Sensitivity
from matcher.roadshow.pool import DIMENSIONS, Entrant
from matcher.roadshow.rejections import CAUSES
from service.access.ids import shown_id
from service.exports.sheets import Cell, Sheet, as_workbook
from service.present import name_of
from service.roadshow.present import STATUSES, TERMS
from service.roadshow.shortlist import Shortlist

_FACTS = (("项目", 24), ("内容", 80))
_PLAN = (("行", 6), ("计划文件", 120))
_QUOTAS = (("按什么", 14), ("值", 26), ("至少", 8), ("至多", 8), ("入选", 8), ("是否满足", 10))
_CHOSEN = (
    ("次序", 6), ("编号", 14), ("成果", 36), ("单位", 24), ("必选", 6), ("缺它少多少分", 12),
    ("需求编号", 14), ("需求", 36), ("需求单位", 24), ("等级", 10), ("匹配度", 9),
    ("占该需求的份额", 12), ("满足/部分/未提到", 14), ("依据原文", 50),
)  # fmt: skip
_REJECTED = (
    ("编号", 14), ("成果", 36), ("单位", 24), ("原因", 26), ("说明与怎样才会入选", 80),
    ("挡住它的规则", 40), ("涉及的成果", 24), ("硬要登台至多少几分", 14),
)  # fmt: skip
_DRAWS = (("编号", 14), ("成果", 40), ("在名单里", 10), ("被选中的情形", 14))
_POOL = (
    ("编号", 14), ("成果", 36), *((label, 18) for label in DIMENSIONS.values()),
    ("描述质量", 10), ("发布日期", 12), ("此前登台", 9), ("是否入选", 9),
)  # fmt: skip


def audit_as_xlsx(short: Shortlist, made: datetime, drawn: Sensitivity | None = None) -> bytes:
    """Write the sheet; texts are stored as texts."""
    sheets = [
        Sheet("结论", _FACTS, _facts(short)),
        Sheet("配额", _QUOTAS, _quotas(short)),
        Sheet("入选", _CHOSEN, _chosen(short)),
        Sheet("未入选", _REJECTED, _rejected(short)),
        Sheet("全部候选", _POOL, _pool(short)),
        Sheet("计划", _PLAN, enumerate(short.written.toml.text.split("\n"), start=1)),
    ]
    if drawn:
        about = (
            f"按概率抽 {drawn.draws} 次，其中 {drawn.proved} 次证明最优",
            f"事先知道结果平均能多得 {drawn.regret:.3f} 分（{drawn.share:.2%}）",
        )
        sheets.insert(3, Sheet("敏感性", _DRAWS, _drawn(short, drawn), about))
    return as_workbook(short.plan.title, sheets, made, f"指纹 {short.selection.fingerprint}")


def _facts(short: Shortlist) -> Iterator[tuple[Cell, ...]]:
    found, pool = short.selection, short.built.pool
    yield "活动", short.plan.title
    yield "日期", short.plan.held_on.isoformat() if short.plan.held_on else "未写"
    yield "候选成果", len(pool.entrants)
    yield "听众需求", len(pool.guests)
    yield "比较过的成果–需求对", len(pool.fits)
    yield "登台名额", short.plan.size
    yield "结论", STATUSES[found.status]
    yield "得分", found.value
    yield "上界", found.bound
    yield "差距", f"{found.gap:.4%}"
    yield from ((f"得分：{TERMS.get(name, name)}", value) for name, value in found.terms.items())
    yield "求解器", found.solver
    yield "用时（秒）", round(found.seconds, 2)
    yield "时限（秒）", short.plan.seconds
    yield "指纹（计划与候选）", found.fingerprint
    yield "指纹（匹配模型与候选）", short.built.matcher or "未保存"
    yield "计划文件的 SHA-256", short.written.toml.sha256
    yield "配额是否全部满足", "是" if all(one.kept for one in found.quotas) else "否"
    yield from (("提醒", note) for note in short.notes)


def _quotas(short: Shortlist) -> Iterator[tuple[Cell, ...]]:
    for one in short.selection.quotas:
        label = DIMENSIONS[one.quota.dimension]
        kept = "是" if one.kept else "否"
        yield label, one.value, one.quota.least, one.quota.most, one.count, kept


def _chosen(short: Shortlist) -> Iterator[tuple[Cell, ...]]:
    for place, one in enumerate(short.reasons.chosen, start=1):
        record = short.built.achievements[one.id]
        must = "是" if one.must else ""
        head = place, shown_id(one.id), name_of(record), record.owner, must, round(one.drop, 4)
        if not one.answers:
            yield *head, *[None] * (len(_CHOSEN) - len(head))
        for answer in one.answers:
            need, fit = short.need(answer.guest), answer.fit
            yield (
                *head,
                shown_id(need.id),
                name_of(need),
                need.organisation,
                fit.level.label,
                round(fit.score, 4),
                round(answer.share, 4),
                f"{fit.met}/{fit.partly}/{fit.missing}",
                fit.proof,
            )


def _rejected(short: Shortlist) -> Iterator[tuple[Cell, ...]]:
    for one in short.reasons.rejected:
        record = short.built.achievements[one.id]
        yield (
            shown_id(one.id),
            name_of(record),
            record.owner,
            CAUSES[one.cause],
            one.text,
            "\n".join(one.rules),
            "、".join(map(shown_id, one.by)),
            None if one.at_most is None else round(one.at_most, 4),
        )


def _drawn(short: Shortlist, drawn: Sensitivity) -> Iterator[tuple[Cell, ...]]:
    for inside, shares in (("是", drawn.stays), ("", drawn.enters)):
        for id_, share in shares.items():
            yield shown_id(id_), short.entrant(id_).title, inside, round(share, 3)


def _pool(short: Shortlist) -> Iterator[tuple[Cell, ...]]:
    chosen = set(short.selection.chosen)
    for one in short.built.pool.entrants:
        yield (
            shown_id(one.id),
            one.title,
            *_groups(one),
            one.quality,
            one.published.isoformat() if one.published else None,
            one.shown,
            "是" if one.id in chosen else "",
        )


def _groups(one: Entrant) -> Iterator[str]:
    for dimension in DIMENSIONS:
        yield "、".join(one.groups.get(dimension, ()))
