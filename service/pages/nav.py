"""The pages that a role works with, in the order of its day."""

from dataclasses import dataclass

from fastapi import Request

from service.access.caller import Caller, Role

_ALL: frozenset[Role] = frozenset(("enterprise", "broker", "organiser", "admin"))
_DEAL: frozenset[Role] = frozenset(("broker", "organiser", "admin"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the navigation."""

    path: str
    label: str
    roles: frozenset[Role] = _ALL


ENTRIES = (
    Entry("/", "首页"),
    Entry("/needs/new", "发布需求"),
    Entry("/needs", "需求"),
    Entry("/achievements", "成果"),
    Entry("/recommendations", "推荐"),
    Entry("/watches", "提醒"),
    Entry("/issued", "清单"),
    Entry("/roadshows", "路演", _DEAL),
    Entry("/dashboard", "看板"),
    Entry("/imports", "导入"),
    Entry("/duplicates", "重复", _DEAL),
    Entry("/jobs", "作业", _DEAL),
    Entry("/admin", "管理", frozenset(("admin",))),
)


def entries(request: Request, caller: Caller | None) -> list[Entry]:
    """What the caller can go to; an entry without a page is left out."""
    if caller is None:
        return []
    there = request.app.state.page_paths
    return [one for one in ENTRIES if caller.role in one.roles and one.path in there]
