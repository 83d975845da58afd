"""Tells in words who may see a record that is not everybody's."""

from matcher.types import Record, Side
from service.access.caller import Caller
from service.access.grants import granted
from service.store.store import Store
from service.web.errors import ForbiddenError


def audience(store: Store, caller: Caller, side: Side, record: Record) -> str:
    """Say who may see a record; empty for a 公开 one.

    To whom it is granted is told to its holder and to admins alone.
    """
    if record.visibility == "公开":
        return ""
    if record.visibility == "本机构":
        return "只有持有它的单位看得到"
    try:
        names = [one.name for one in granted(store, caller, side, record.id)]
    except ForbiddenError:
        return "持有它的单位和它授权的单位看得到，请不要转给别的单位"
    if not names:
        return "只有持有它的单位看得到，还没有授权给别的单位"
    return f"持有它的单位看得到，还授权给了{'、'.join(names)}"
