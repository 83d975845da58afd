"""The way of one question: embed, filter, retrieve, fuse, rerank, read together, explain."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from time import perf_counter

import numpy as np

from indexing.bundle import Bundle
from indexing.errors import EngineUnavailableError
from indexing.filters import Filter
from matcher.abstention import flags_of
from matcher.config import MatchConfig
from matcher.documents import Document, side_of
from matcher.embed import Embedder
from matcher.explain import explain, explain_first
from matcher.explain_reading import explain_reading
from matcher.features import Profile, form_of
from matcher.fit import Fit
from matcher.fuse import Fused, fuse, offers_of
from matcher.protocols import RecordSource, Segmenter
from matcher.reading.closely import CloseReader, Corrected, judge_closely
from matcher.rerank import Judged, Profiler, judge
from matcher.retrieve import retrieve
from matcher.scoring import read_document
from matcher.text.idf import background_idf
from matcher.types import Evidence, Match, MatchList, Record, Side, Verdict
from matcher.weight_file import Weights

WORDS_ONLY = "words_only"
"""Flag and note: the engine of the vectors did not answer, records were found by words alone."""


@dataclass(frozen=True, slots=True)
class SearchSide:
    """One side to search: its index, and its records by id."""

    bundle: Bundle
    records: RecordSource


@dataclass
class Stopwatch:
    """Milliseconds of each named stage."""

    ms: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage."""
        start = perf_counter()
        yield
        self.ms[name] = round((perf_counter() - start) * 1000, 3)


class Matcher:
    """Answers questions in both directions over two indexed sides.

    Args:
        sides: what can be searched; a question is answered from the other side than its own.
        embedder: must be the one that the bundles were built with.
        segmenter: likewise.
        weights: the fitted models for this encoder.
        config: what ranks how.
        reader: reads the best candidates; without one the comparison of stored numbers decides.
    """

    def __init__(
        self,
        sides: Mapping[Side, SearchSide],
        embedder: Embedder,
        segmenter: Segmenter,
        weights: Weights,
        config: MatchConfig | None = None,
        reader: CloseReader | None = None,
    ) -> None:
        self.sides = sides
        self.embedder = embedder
        self.segmenter = segmenter
        self.weights = weights
        self.config = config or MatchConfig()
        self.reader = reader if self.config.read else None
        self._weights_name = weights.fingerprint  # hashes some thousand numbers: once is enough
        self._profiler = Profiler(embedder, background_idf())

    def match(
        self,
        asking: Record,
        *,
        k: int = 10,
        filters: Sequence[Filter] = (),
        hidden: Collection[str] = (),
        requirements: Corrected | None = None,
    ) -> MatchList:
        """Rank the records of the other side for a record; the k best, explained.

        Args:
            asking: a need or an achievement, from the store or just written.
            k: how many.
            filters: what the answers must be.
            hidden: ids of records that the asking person must not see. They are taken away before
                anything is searched, so the answer is the one of an index without them.
            requirements: what people say that needs ask for; it stands for what the reader finds.

        Raises:
            EmptyQueryError: the record has neither title nor text.
            FilterError: a filter names an unknown field or a value of the wrong type.
        """
        direction: Side = "achievement" if side_of(asking) == "need" else "need"
        side = self.sides[direction]
        clock = Stopwatch()
        with clock.stage("total"):
            with clock.stage("read"):
                question = read_document(asking, self.segmenter)
                allowed = side.bundle.mask(filters, hidden)
            with clock.stage("encode"):
                profile = self._profiler.fresh([question])[0] if self.config.rerank else None
                vector = profile.vector if profile else self.embedder.vectors([question])[0]
            with clock.stage("retrieve"):
                found = retrieve(question, vector, side.bundle, self.config, allowed)
            with clock.stage("fuse"):
                offers = offers_of(form_of(question), direction, side.bundle, found.rows)
                keep = max(self.config.rerank, k)
                fused = fuse(found, offers, self.weights.first, keep)
            if profile:
                matches = self._closer(profile, fused, side, k, clock, requirements)
            else:
                with clock.stage("explain"):
                    matches = self._first(question, fused, side, k)
        notes = (WORDS_ONLY,) if found.words_only else ()
        noted = tuple(replace(match, flags=(*match.flags, *notes)) for match in matches)
        fingerprint = self.fingerprint(direction, notes=notes)
        return MatchList(asking, direction, fingerprint, noted, clock.ms, notes)

    @cached_property
    def first_look(self) -> "Matcher":
        """The same matcher by search alone, for who cannot wait: it neither compares nor reads."""
        config = replace(self.config, rerank=0, read=0)
        return Matcher(self.sides, self.embedder, self.segmenter, self.weights, config)

    @property
    def parts(self) -> tuple[Embedder, Segmenter, Weights, MatchConfig, CloseReader | None]:
        """Everything but the sides, in the order in which a matcher takes it."""
        return self.embedder, self.segmenter, self.weights, self.config, self.reader

    def fingerprint(
        self, direction: Side, searched: str | None = None, notes: Sequence[str] = ()
    ) -> str:
        """Name everything that a list depends on, besides the question.

        Args:
            direction: the side of the answers.
            searched: names the records, for who must not learn of all of them; unless given, they
                are named by the index's revision and size.
            notes: what was unusual about the list (`MatchList.notes`).
        """
        bundle = self.sides[direction].bundle
        parts = (
            self.config.fingerprint,
            bundle.fingerprint,
            f"{bundle.meta.get('revision', '')}|{len(bundle)}" if searched is None else searched,
            self._weights_name,
            self.reader.reader.fingerprint if self.reader else "unread",
            *notes,
        )
        return hashlib.sha256("|".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def _documents(self, fused: list[Fused], side: SearchSide) -> list[tuple[Fused, Document]]:
        """Read the records of fused rows; one withdrawn since it was indexed is passed over."""
        ids = side.bundle.ids(np.array([one.row for one in fused], dtype=np.int64))
        records = {record.id: record for record in side.records.get_many(ids)}
        return [
            (one, Document.of(records[id_], self.segmenter))
            for one, id_ in zip(fused, ids, strict=True)
            if id_ in records
        ]

    def _closer(
        self,
        asking: Profile,
        fused: list[Fused],
        side: SearchSide,
        k: int,
        clock: Stopwatch,
        corrected: Corrected | None,
    ) -> tuple[Match, ...]:
        with clock.stage("rerank"):
            read = self._documents(fused[: max(self.config.rerank, k)], side)
            rows = np.array([one.row for one, _ in read], dtype=np.int64)
            documents = [document for _, document in read]
            try:
                profiles = self._profiler.stored(documents, rows, side.bundle)
            except EngineUnavailableError:
                # Scores are what they would be: the texts are at hand, only the search was not.
                profiles = self._profiler.fresh(documents) if documents else []
            judged = judge(asking, profiles, self.weights.pair)
        if self.reader:
            with clock.stage("read_closely"):
                best = judged[: max(self.config.read, k)]
                judged = judge_closely(best, self.reader, self.weights.read, corrected)
        with clock.stage("explain"):
            record = asking.document.record
            return tuple(
                self._match(rank, one, record) for rank, one in enumerate(judged[:k], start=1)
            )

    def _match(self, rank: int, one: Judged, asking: Record) -> Match:
        limit = self.config.evidence
        if one.read is None:
            model = self.weights.pair.by_offer[one.pair.offer]
            reasons = explain(one.pair, one.fit, model, asking, limit)
            return match_of(rank, one.document.record, one.fit, reasons, flags=("unread",))
        model = self.weights.read.by_offer[one.pair.offer]
        reasons = explain_reading(one.pair, one.read, one.fit, model, asking, limit)
        flags = flags_of(one.fit, self.weights.abstention)
        verdicts = one.read.verdicts
        return match_of(rank, one.document.record, one.fit, reasons, verdicts, flags)

    def _first(
        self, question: Document, fused: list[Fused], side: SearchSide, k: int
    ) -> tuple[Match, ...]:
        ids = side.bundle.ids(np.array([one.row for one in fused], dtype=np.int64))
        order = sorted(zip(fused, ids, strict=True), key=lambda at: (-at[0].fit.log_odds, at[1]))
        matches = []
        read = self._documents([one for one, _ in order[:k]], side)
        for rank, (one, document) in enumerate(read, start=1):
            reasons = explain_first(question, document, one.fit, self.config.evidence)
            matches.append(match_of(rank, document.record, one.fit, reasons, flags=("unread",)))
        return tuple(matches)


def match_of(
    rank: int,
    record: Record,
    fit: Fit,
    reasons: tuple[Evidence, ...],
    verdicts: tuple[Verdict, ...] = (),
    flags: tuple[str, ...] = (),
) -> Match:
    """Put a judged pair in its place of a list."""
    return Match(
        rank=rank,
        record=record,
        score=fit.score,
        base=fit.base,
        probabilities=fit.probabilities,
        level=fit.level,
        expected=fit.expected,
        evidence=reasons,
        verdicts=verdicts,
        flags=flags,
    )
