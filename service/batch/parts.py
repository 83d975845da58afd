"""What answers needs, made of a matcher; in another process, of the settings."""

from typing import TYPE_CHECKING

from matcher.batch.work import Parts
from matcher.config import MatchConfig
from matcher.documents import Document
from service.settings import Settings

if TYPE_CHECKING:
    from matcher.pipeline import Matcher


def parts_of(matcher: "Matcher") -> Parts:
    """Take what a job needs out of a matcher."""
    return Parts(
        answers=matcher.sides["achievement"].bundle,
        asked=matcher.sides["need"].bundle,
        read=lambda need: Document.of(need, matcher.segmenter),
        encode=matcher.embedder.vectors,
        first=matcher.weights.first,
    )


def open_parts(settings: Settings, config: MatchConfig) -> Parts:
    """Open what a job needs in a process of its own.

    Raises:
        IndexingError: an index is missing, damaged, or was built with another encoder.
        ModelsError: the encoder cannot be loaded.
    """
    from service import bootstrap

    with bootstrap.open_store(settings) as store:
        return parts_of(bootstrap.make_matcher(settings, store, config))
