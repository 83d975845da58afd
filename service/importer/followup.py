"""What follows an import that is committed: merges that are wrong now, suspected duplicates."""

from collections.abc import Callable

from service.importer.report import ImportReport
from service.settings import Home
from service.store.store import Store

MOST_COMPARED = 5_000
"""New and changed records of an import up to which duplicates are looked for at once (seconds)."""


def part_merged(store: Store, report: ImportReport) -> int:
    """Take apart what was merged without a look and is the same thing no more; returns how many."""
    from service.duplicates import part_what_changed

    if report.dry_run or not report.updated:
        return 0
    return part_what_changed(store, report.side, report.since)


def suspected(
    store: Store,
    home: Home,
    report: ImportReport,
    progress: Callable[[float], None] = lambda share: None,
    hidden: Callable[[], frozenset[str]] = frozenset,
) -> dict[str, int] | None:
    """Look for what came in among everything; suggestions are kept, nothing is merged.

    Args:
        store: where the records are.
        home: the caller holds it (`service.lock`).
        report: of the import, which is committed.
        progress: told the share that is done.
        hidden: ids of records that whom the answer is for may not know of.

    Returns:
        How many records of the import may be the same as another, and in how many groups; None
        where too much, or nothing, came in.
    """
    from service.duplicates import candidates_file, find_duplicates
    from service.store.merges import Merges

    if report.dry_run or not 0 < report.new + report.updated <= MOST_COMPARED:
        return None
    side = report.side
    changes = store.changes_since(side, report.since)
    ids = {id_ for _, id_, record in changes if record is not None}
    cache = candidates_file(home, side)
    found = find_duplicates(store, side, ids, cache=cache, progress=progress)
    unseen = hidden()
    pairs = [
        pair
        for one in Merges(store).listed(side)
        if unseen.isdisjoint(pair := (one.kept, one.absorbed))
    ]
    # Without its pairs that are hidden a record is as if nothing had been found for it.
    named = found.ids & ids if not unseen else found.ids & ids & {one for p in pairs for one in p}
    groups = {kept for kept, absorbed in pairs if not named.isdisjoint((kept, absorbed))}
    return {"records": len(named), "groups": len(groups)}
