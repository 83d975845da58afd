"""Records like one of them, as one caller may see them."""

from collections.abc import Sequence

from matcher.documents import side_of
from matcher.similar import Similar, similar
from matcher.types import Record
from service.access.caller import Caller
from service.access.sight import hidden_ids
from service.web.workplace import Workplace
from service.workbench.lists import read_filters


def similar_records(
    place: Workplace, caller: Caller, record: Record, k: int = 10, filters: Sequence[str] = ()
) -> list[Similar]:
    """Find the visible records that are most like one; see `matcher.similar`.

    Args:
        place: the running server.
        caller: who asks.
        record: the caller must be allowed to see it.
        k: how many.
        filters: as people write them.

    Raises:
        NotReadyError: there is no index yet.
        FilterSyntaxError: a filter cannot be read.
    """
    side = side_of(record)
    matcher = place.matcher
    parsed = read_filters(filters, side)
    with place.store.reading() as connection:
        hidden = hidden_ids(connection, side, caller)
    return similar(
        record,
        matcher.sides[side],
        matcher.embedder,
        matcher.segmenter,
        k=k,
        filters=parsed,
        hidden=hidden,
    )
