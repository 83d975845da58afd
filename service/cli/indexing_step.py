"""Bringing the index up to date, as a step of several commands."""

from typing import Any

from matcher.types import Side
from service.cli.invocation import Invocation
from service.cli.progress import ProgressLine
from service.store.store import Store
from service.sync import Synced, bring_up_to_date

SIDE_NAMES: dict[Side, str] = {"need": "需求", "achievement": "成果"}


def bring_index_up_to_date(
    invocation: Invocation,
    store: Store,
    *,
    rebuild: bool = False,
    encoder: str | None = None,
    quiet: bool = False,
) -> list[Synced]:
    """Bring both sides' indexes up to date; the caller holds the home (`service.lock`).

    Args:
        invocation: The running call.
        store: What the index is made of.
        rebuild: Make the indexes anew.
        encoder: Name of an encoder in the place of the settings' one.
        quiet: Show no progress.
    """
    settings = invocation.settings_with(encoder)
    with ProgressLine("准备编码模型", enabled=not quiet) as line:
        indexer = invocation.parts.make_indexer(
            settings, lambda share: line.show(share, "首次使用，正在拟合权重")
        )
    with ProgressLine("更新索引", enabled=not quiet) as line:
        return bring_up_to_date(
            store,
            invocation.home,
            indexer,
            rebuild=rebuild,
            progress=lambda side, done, total: line.show(
                done / total if total else 1.0, f"{SIDE_NAMES[side]} {done:,} / {total:,} 条"
            ),
        )


def index_after(invocation: Invocation, store: Store, done: str, *, quiet: bool) -> list[Synced]:
    """Bring the index up to date after a change that is in the store whatever happens here.

    Args:
        invocation: The running call.
        store: What the index is made of.
        done: The change, in Chinese; told where the index cannot follow it.
        quiet: Show neither progress nor outcome.
    """
    try:
        synced = bring_index_up_to_date(invocation, store, quiet=quiet)
    except BaseException:
        invocation.note(f"{done}，但索引没有更新完；解决下面的问题后运行 duijie index 即可。")
        raise
    if not quiet:
        invocation.say(as_text(synced))
    return synced


def as_text(synced: list[Synced]) -> str:
    """Tell people what was done."""
    parts = []
    for one in synced:
        verb = "重建" if one.rebuilt else "更新"
        gone = f"，移除 {one.removed:,} 条" if one.removed else ""
        parts.append(f"{SIDE_NAMES[one.side]}{verb} {one.changed:,} 条{gone}")
    return f"索引已是最新：{'；'.join(parts)}。"


def as_json(synced: list[Synced]) -> dict[str, Any]:
    """Tell programs what was done, by side."""
    return {
        f"{one.side}s": {
            "changed": one.changed,
            "removed": one.removed,
            "revision": one.revision,
            "rebuilt": one.rebuilt,
        }
        for one in synced
    }
