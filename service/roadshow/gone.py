"""What has been withdrawn or hidden since a list was chosen: it is counted, and shown no more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from matcher.roadshow.agenda.types import AgendaPlan
from matcher.roadshow.pool import Pool
from matcher.roadshow.reasons import Reasons
from matcher.roadshow.rejections import CAUSES, Rejected

TITLE = "（已撤回，或不再公开）"
"""Stands for a record that may not be shown any more."""
_PARTY = "不再公开的单位 {number}"


@dataclass(frozen=True)
class Gone:
    """Records of a kept pool that may not be shown any more.

    Attributes:
        achievements, needs: their ids.
        pool: as it was when the list was chosen, but for titles and sentences. Reasons are counted
            in it; nothing of it is shown.
    """

    achievements: frozenset[str]
    needs: frozenset[str]
    pool: Pool

    def note(self) -> str:
        """Say it in Chinese, with what to do."""
        parts = ((self.achievements, "项成果"), (self.needs, "条需求"))
        told = "、".join(f"{len(ids)} {what}" for ids, what in parts if ids)
        return (
            f"选出名单以后，有 {told}撤回了或不再公开，这里不再显示它们的内容；"
            "结论和得分是选的时候的，配额只数还能看到的。请重新选。"
        )


def veiled(reasons: Reasons, gone: frozenset[str]) -> Reasons:
    """Leave out the words of every reason that tells of what is gone: rules name its values."""
    return replace(reasons, rejected=tuple(_veiled(one, gone) for one in reasons.rejected))


def _veiled(one: Rejected, gone: frozenset[str]) -> Rejected:
    if gone.isdisjoint((one.id, one.swap, *one.by)):
        return one
    text = f"{CAUSES[one.cause]}；有关的成果已撤回，或不再公开。请重新选。"
    return replace(one, rules=(), text=text)


def aliases(plans: Iterable[AgendaPlan], known: Iterable[str]) -> dict[str, str]:
    """Other names for the parties of timetables whose records are gone, by id.

    Args:
        plans: of the timetables; all get the same names.
        known: ids of parties that may be shown.
    """
    shown = set(known)
    parties = {party.id for plan in plans for party in plan.parties}
    secret = sorted(parties - shown)
    return {id_: _PARTY.format(number=number) for number, id_ in enumerate(secret, start=1)}


def with_aliases(told: Any, names: Mapping[str, str]) -> Any:
    """Put other names into what is kept of a timetable, as JSON values, wherever they stand."""
    if isinstance(told, str):
        if told in names:
            return names[told]
        for name, alias in names.items():
            told = told.replace(f"“{name}”", f"“{alias}”")
        return told
    if isinstance(told, Mapping):
        return {names.get(key, key): with_aliases(one, names) for key, one in told.items()}
    if isinstance(told, list):
        return [with_aliases(one, names) for one in told]
    return told
