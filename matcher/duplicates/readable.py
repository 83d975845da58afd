"""The text that duplicates are looked for in; the only place that knows how it is repaired."""

from matcher.text.repair import CONTEXTUAL, repair, repair_fingerprint
from matcher.text.repair.traditional import simplified


def readable(text: str) -> str:
    """Return a text in simplified characters, repaired, without what a site put around it.

    All characters are simplified before the repair: it leaves or judges single ones by their
    context, which is right for a text that is shown, but two copies must come out the same.
    """
    return repair(simplified(text)).content.text


def roughly_readable(text: str) -> str:
    """Return a text normalised, in simplified characters: ten times as fast, and nearly as good.

    Enough for finding candidates, which are read properly before they are judged, and better for
    names, which are too short to be repaired by context.
    """
    return simplified(repair(text, without=CONTEXTUAL).text.text)


def readable_fingerprint() -> str:
    """Name what `readable` and `roughly_readable` depend on: numbers made of them go with it."""
    return repair_fingerprint()
