"""Judged records, shown to the models as users will show theirs.

For each need there are the candidates that retrieval gives: the judged ones with their level, all
others as level 1. Needs and achievements are also shown as bare titles, under the same judgements,
because such records are submitted too.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from indexing.bundle import Bundle
from matcher.config import MatchConfig
from matcher.documents import Document
from matcher.embed import Embedder
from matcher.features import PairFeatures, Profile, pair_features
from matcher.fit import FitModels
from matcher.indexer import create, update
from matcher.protocols import Segmenter
from matcher.reading.closely import CloseReader
from matcher.rerank import Profiler, one_thread
from matcher.retrieve import retrieve
from matcher.text.idf import background_idf
from matcher.types import Achievement, Need

READ_OFFERS = frozenset({"full-full"})
"""Pairs of full texts alone: on bare titles reading made lists worse (docs/benchmarks.md)."""
Progress = Callable[[float], None]
"""Called with the share that is done, 0-1."""


@dataclass(frozen=True)
class Judgements:
    """Judged records of both sides.

    Attributes:
        levels: by need id and achievement id; what is not there counts as level 1.
        unread: needs that the reader was trained on: what it says of them is no evidence.
    """

    needs: Sequence[Need]
    achievements: Sequence[Achievement]
    levels: Mapping[str, Mapping[str, int]]
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Example:
    """One pair as the models see it; `read` only where it was read."""

    need: str
    achievement: str
    level: int
    offer: str
    first: Mapping[str, float]
    pair: Mapping[str, float]
    read: Mapping[str, float] | None = None
    judged: bool = True


@dataclass
class Shown:
    """One form (full, or bare titles) of all achievements, with every form of every need."""

    judgements: Judgements
    embedder: Embedder
    segmenter: Segmenter
    bundle: Bundle
    offered: Mapping[str, Profile]
    _asking: dict[tuple[str, bool], Profile] = field(default_factory=dict)

    @classmethod
    def of(
        cls, judgements: Judgements, bare: bool, embedder: Embedder, segmenter: Segmenter
    ) -> "Shown":
        """Index the achievements in one form."""
        achievements = list(judgements.achievements)
        if bare:
            achievements = [replace(one, text="") for one in achievements if one.title and one.text]
        bundle = create("achievement", embedder, segmenter)
        update(bundle, achievements, [], embedder, segmenter)
        documents = [Document.of(one, segmenter) for one in achievements]
        ids = [one.id for one in achievements]
        profiles = Profiler(embedder, background_idf()).stored(documents, bundle.rows(ids), bundle)
        return cls(judgements, embedder, segmenter, bundle, dict(zip(ids, profiles, strict=True)))

    def examples(self, progress: Progress) -> Iterator[Example]:
        """Every candidate pair, compared but not read."""
        needs = self.judgements.needs
        for at, need in enumerate(needs):
            judged = self.judgements.levels.get(need.id, {})
            for bare in forms(need):
                asking = self.asking(need, bare)
                found = retrieve(asking.document, asking.vector, self.bundle, MatchConfig(), None)
                ids = self.bundle.ids(found.rows)
                with one_thread():
                    pairs = [pair_features(asking, self.offered[id_]) for id_ in ids]
                for row, (id_, pair) in enumerate(zip(ids, pairs, strict=True)):
                    first = {"dense": float(found.dense[row]), "lexical": float(found.lexical[row])}
                    yield Example(
                        need.id,
                        id_,
                        judged.get(id_, 1),
                        pair.offer,
                        first,
                        pair.values,
                        judged=id_ in judged,
                    )
            progress((at + 1) / len(needs))

    def asking(self, need: Need, bare: bool) -> Profile:
        """The profile of a need in one form; made once."""
        key = need.id, bare
        if key not in self._asking:
            form = replace(need, text="") if bare else need
            document = Document.of(form, self.segmenter)
            profiler = Profiler(self.embedder, background_idf())
            self._asking[key] = profiler.fresh([document])[0]
        return self._asking[key]

    def pair(self, need: Need, bare: bool, achievement: str) -> PairFeatures:
        """Compare one pair."""
        return pair_features(self.asking(need, bare), self.offered[achievement])


def forms(need: Need) -> tuple[bool, ...]:
    """Whether a need is shown whole (False), and as a bare title (True)."""
    return (False, True) if need.title and need.text else (False,)


def read_examples(
    shown: Shown,
    examples: Sequence[Example],
    model: FitModels,
    reader: CloseReader,
    progress: Progress,
) -> Iterator[Example]:
    """Read what a list would read: of each need's candidates the best, and all judged ones.

    Only pairs of `READ_OFFERS` are worth it.
    """
    needs = {one.id: one for one in shown.judgements.needs}
    groups: dict[tuple[str, str], list[Example]] = {}
    for one in examples:
        if one.need not in shown.judgements.unread and one.offer in READ_OFFERS:
            groups.setdefault((one.need, one.offer), []).append(one)
    for at, ((need_id, offer), candidates) in enumerate(groups.items()):
        bare = offer.startswith("title") and len(forms(needs[need_id])) > 1
        order = sorted(candidates, key=lambda one: -model(one.offer, one.pair).log_odds)
        wanted = [one for rank, one in enumerate(order) if one.judged or rank < MatchConfig().read]
        with one_thread():
            pairs = [shown.pair(needs[need_id], bare, one.achievement) for one in wanted]
        for one, close in zip(wanted, reader.read(pairs), strict=True):
            yield replace(one, read=close.values)
        progress((at + 1) / len(groups))
