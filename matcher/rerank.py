"""A closer look at the best candidates: pair features over words, tokens and sentences."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache

from threadpoolctl import ThreadpoolController

from indexing.base import Rows
from indexing.bundle import Bundle
from matcher.documents import Document, side_of
from matcher.embed import Embedder, role_of
from matcher.features import PairFeatures, Profile, pair_features
from matcher.fit import Fit, FitModels
from matcher.requirements.verdicts import Read
from matcher.text.idf import BackgroundIdf
from models.base import FloatMatrix, TokenVectors


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate after the closer look; `read` where it was also read together."""

    document: Document
    pair: PairFeatures
    fit: Fit
    read: Read | None = None


@dataclass(frozen=True)
class Profiler:
    """Makes the profiles that pairs are compared by."""

    embedder: Embedder
    idf: BackgroundIdf

    def fresh(self, documents: Sequence[Document]) -> list[Profile]:
        """Encode documents that are in no index; all on one side."""
        vectors, tokens = self.embedder.embed(documents)
        return self._profiles(documents, vectors, tokens)

    def stored(self, documents: Sequence[Document], rows: Rows, bundle: Bundle) -> list[Profile]:
        """Take the numbers of indexed documents from their bundle, token vectors where kept."""
        kept = bundle.token_vectors(rows)
        if kept is None:
            return self._profiles(documents, bundle.vectors(rows), self.embedder.tokens(documents))
        late = self.embedder.late
        tokens = []
        for document, vectors in zip(documents, kept, strict=True):
            spans = late.token_spans(document.full, role_of([document]))
            if len(spans) != len(vectors):  # the record changed after it was indexed
                tokens += self.embedder.tokens([document])
            else:
                tokens.append(TokenVectors(vectors, spans))
        return self._profiles(documents, bundle.vectors(rows), tokens)

    def _profiles(
        self, documents: Sequence[Document], vectors: FloatMatrix, tokens: Sequence[TokenVectors]
    ) -> list[Profile]:
        return [
            Profile(document, vector, one.vectors, one.spans, self.idf)
            for document, vector, one in zip(documents, vectors, tokens, strict=True)
        ]


def judge(question: Profile, candidates: Sequence[Profile], model: FitModels) -> list[Judged]:
    """Compare a question with each candidate; best first, ties by record id."""
    judged = []
    with one_thread():
        for candidate in candidates:
            pair = pair_features(*in_order(question, candidate))
            judged.append(Judged(candidate.document, pair, model(pair.offer, pair.values)))
    return sorted(judged, key=lambda one: (-one.fit.log_odds, one.document.record.id))


def one_thread() -> AbstractContextManager[object]:
    """Keep BLAS to one thread: for matrices this small more threads cost far more than they give.

    On a busy machine a pair took 24 ms with two threads and 0.3 ms with one.
    """
    limited: AbstractContextManager[object] = _pools().limit(limits=1, user_api="blas")
    return limited


@cache
def _pools() -> ThreadpoolController:
    return ThreadpoolController()


def in_order(one: Profile, other: Profile) -> tuple[Profile, Profile]:
    """Return a pair as (need, achievement)."""
    return (one, other) if side_of(one.document.record) == "need" else (other, one)
