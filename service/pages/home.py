"""首页: a box to paste into, what is there, and what to do next, by role."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from sqlalchemy import func, select

from matcher.types import Record, Side
from service.access.caller import Caller
from service.access.sight import may_see
from service.access.who import Place, Reader
from service.pages.browse import Wanted, listed
from service.pages.render import page
from service.store.rows import TABLES
from service.sync import SIDES
from service.web.workplace import Workplace
from service.workbench.decision_words import Decision
from service.workbench.decisions import my_list

router = APIRouter()
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do next; `more` are the words behind the link."""

    label: str
    path: str
    more: str = ""


@router.get("/")
def home(request: Request, place: Place, caller: Reader) -> Response:
    """Show the caller where things stand."""
    counts = {side: _count(place, caller, side) for side in SIDES}
    wanted = Wanted(mine=caller.role == "enterprise")
    needs, own = listed(place, caller, "need", wanted, SHOWN)
    assigned = [one for one in my_list(place, caller) if one.status != "放弃"]
    return page(
        request,
        "home.html",
        caller,
        counts=counts,
        needs=needs,
        own=own,
        mine=wanted.mine,
        assigned=assigned[:SHOWN],
        names=_names(place, assigned[:SHOWN]),
        tasks=_tasks(request, caller, counts),
        behind=any(place.store.last_revision(s) > max(place.revision(s), 0) for s in SIDES),
    )


def _count(place: Workplace, caller: Caller, side: Side) -> int:
    table = TABLES[side]
    shown = table.c.withdrawn.is_(False) & table.c.merged_into.is_(None)
    statement = select(func.count()).select_from(table).where(shown, may_see(side, caller))
    with place.store.reading() as connection:
        return connection.scalar(statement) or 0


def _names(place: Workplace, decisions: list[Decision]) -> dict[str, Record]:
    found = place.store.get_many("need", [one.need for one in decisions])
    found += place.store.get_many("achievement", [one.achievement for one in decisions])
    return {one.id: one for one in found}


def _tasks(request: Request, caller: Caller, counts: dict[Side, int]) -> list[Task]:
    """What to do next; what leads nowhere yet is left out."""
    there = request.app.state.page_paths
    tasks = []
    if not any(counts.values()):
        tasks.append(Task("导入需求和成果", "/imports", "表格、文档或压缩包都可以"))
    if caller.role == "enterprise":
        tasks.append(Task("发布一条需求", "/needs/new", "边写边看读懂了什么"))
        tasks.append(Task("看看推荐给贵单位的成果", "/recommendations"))
    else:
        tasks.append(Task("从需求开始找成果", "/needs", f"{counts['need']:,} 条需求"))
        tasks.append(Task("从成果开始找企业", "/achievements", f"{counts['achievement']:,} 项成果"))
    tasks.append(Task("看保存的需求有没有新匹配", "/watches"))
    tasks.append(Task("看进展", "/dashboard"))
    if caller.role == "admin":
        tasks.append(Task("复核可能重复的记录", "/duplicates"))
        tasks.append(Task("管理账号和密钥", "/admin/people"))
    return [one for one in tasks if one.path in there]
