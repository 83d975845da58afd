"""One part of a job: some needs against all achievements, from files to files."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from indexing.base import Mask, Rows
from indexing.bundle import Bundle
from matcher.batch.kept import Kept, merged
from matcher.batch.nearest import nearest
from matcher.batch.plan import Plan
from matcher.batch.searched import Change, change
from matcher.batch.tables import Folder
from matcher.documents import Document
from matcher.errors import BatchError
from matcher.features import form_of
from matcher.fit import FitModels
from matcher.fuse import Fused, fuse, offers_of
from matcher.rerank import one_thread
from matcher.retrieve import retrieve
from matcher.types import Need
from models.base import FloatMatrix

Answer = tuple[str, int, str, float, float, float]
"""Need, rank, achievement, score, and what both sides of retrieval say; see `tables.ANSWERS`."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What answers needs.

    Attributes:
        answers: index of the achievements.
        asked: index of the needs.
        read: reads a record.
        encode: gives the vectors of needs that the index does not have as they are.
        first: the fitted model of the first judgement.
    """

    answers: Bundle
    asked: Bundle
    read: Callable[[Need], Document]
    encode: Callable[[Sequence[Document]], FloatMatrix]
    first: FitModels


@dataclass(frozen=True, slots=True)
class Task:
    """One part.

    Attributes:
        number: which.
        needs: in the order of their ids.
        stale: ids of those that the index does not have as they are.
    """

    number: int
    needs: tuple[Need, ...]
    stale: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a part.

    Attributes:
        needs: how many were answered; one without title and text is not.
        searched: of these, how many were compared with everything.
    """

    number: int
    needs: int
    searched: int


@dataclass(frozen=True, slots=True)
class Work:
    """Does the parts of one job.

    Attributes:
        plan: what the job is.
        parts: makes what answers needs; called once a process.
        out: folder of the outcome.
        since: folder of an earlier job to go on from.
    """

    plan: Plan
    parts: Callable[[], Parts]
    out: Path
    since: Path | None = None

    def __call__(self, task: Task) -> Done:
        """Answer the needs of a task and write its two tables.

        Raises:
            BatchError: the folder of the earlier job cannot be read.
            IndexingError: an index cannot.
        """
        opened = _opened(self)
        asked = [opened.parts.read(need) for need in task.needs]
        asked = [document for document in asked if document.full]
        vectors = opened.vectors(asked, task.stale)
        lists, searched = opened.lists(asked, vectors)
        folder = Folder(self.out)
        folder.write_lists(task.number, lists)
        with one_thread():
            answers = opened.answers(asked, vectors, [kept for _, kept in lists.values()])
        folder.write_answers(task.number, answers)
        return Done(task.number, len(asked), searched)


class _Opened:
    """The indexes of a job, and what is derived from them once."""

    def __init__(self, work: Work) -> None:
        self.plan, self.parts = work.plan, work.parts()
        bundle, plan = self.parts.answers, self.plan
        self.allowed: Mask | None = bundle.mask(plan.filters, plan.without)
        now = Folder(work.out).read_searched()
        self.rows: Rows = now.rows
        # A changed record has a new row, so the same rows are the same records.
        if not np.array_equal(self.rows, bundle.all_rows(self.allowed)):
            raise BatchError(
                "批量计算期间成果索引有了新版本。已完成的部分都在；"
                f"请换一个 --out，并用 --since {work.out} 接着算。"
            )
        self.before = Folder(work.since) if work.since else None
        self.change: Change | None = (
            change(self.before.read_searched(), now) if self.before else None
        )

    def vectors(self, documents: Sequence[Document], stale: frozenset[str]) -> FloatMatrix:
        """Vectors of needs, float32[n, dim]: stored ones where they are what they would be."""
        vectors = np.zeros((len(documents), self.parts.answers.layout.dim), dtype=np.float32)
        names, asked = [one.record.id for one in documents], self.parts.asked
        known = np.array([id_ in asked and id_ not in stale for id_ in names], dtype=np.bool_)
        stored = [id_ for id_, is_known in zip(names, known, strict=True) if is_known]
        if stored:
            vectors[known] = asked.vectors(asked.rows(stored))
        if not known.all():
            fresh = [one for one, is_known in zip(documents, known, strict=True) if not is_known]
            vectors[~known] = self.parts.encode(fresh)
        return vectors

    def lists(
        self, documents: Sequence[Document], vectors: FloatMatrix
    ) -> tuple[dict[str, tuple[str, Kept]], int]:
        """Dense list of each need, by its id, and how many were searched for in everything."""
        digests = {
            one.record.id: hashlib.sha256(vector.tobytes()).hexdigest()[:16]
            for one, vector in zip(documents, vectors, strict=True)
        }
        found = self._from_before(digests, vectors)
        wanted = min(self.plan.depth, len(self.rows))
        short = [
            at
            for at, need in enumerate(digests)
            if need not in found or len(found[need].rows) < wanted
        ]
        names = [*digests]
        for at, kept in zip(short, self._whole(vectors[short]), strict=True):
            found[names[at]] = kept
        return {need: (digest, found[need]) for need, digest in digests.items()}, len(short)

    def _from_before(self, digests: Mapping[str, str], vectors: FloatMatrix) -> dict[str, Kept]:
        if not self.before or not self.change or not digests:
            return {}
        known = self.before.read_lists([*digests])
        same = [
            (at, need)
            for at, (need, digest) in enumerate(digests.items())
            if need in known and known[need][0] == digest
        ]
        keep, bundle = self.plan.keep, self.parts.answers
        asked = vectors[[at for at, _ in same]]
        fresh = nearest(asked, self.change.fresh, bundle.vectors, keep)
        return {
            need: merged(known[need][1], self.change.gone, hits, keep=keep, passing=len(self.rows))
            for (_, need), hits in zip(same, fresh, strict=True)
        }

    def _whole(self, vectors: FloatMatrix) -> list[Kept]:
        keep = self.plan.keep
        found = nearest(vectors, self.rows, self.parts.answers.vectors, keep)
        complete = len(self.rows) <= keep
        return [Kept(hits.rows, hits.scores, complete) for hits in found]

    def answers(
        self, documents: Sequence[Document], vectors: FloatMatrix, lists: Sequence[Kept]
    ) -> list[Answer]:
        """Fuse the dense lists with what the words find, and name the best."""
        fused = [self._fused(*one) for one in zip(documents, vectors, lists, strict=True)]
        rows = np.unique([one.row for own, _ in fused for one in own]).astype(np.int64)
        names = dict(zip(rows.tolist(), self.parts.answers.ids(rows), strict=True))
        found: list[Answer] = []
        for document, (own, said) in zip(documents, fused, strict=True):
            order = sorted((-one.fit.log_odds, names[one.row], one) for one in own)
            found += [
                (document.record.id, rank, name, one.fit.score, *said[one.row])
                for rank, (_, name, one) in enumerate(order[: self.plan.top], start=1)
            ]
        return found

    def _fused(
        self, document: Document, vector: FloatMatrix, kept: Kept
    ) -> tuple[list[Fused], dict[int, tuple[float, float]]]:
        plan, bundle = self.plan, self.parts.answers
        found = retrieve(
            document, vector, bundle, plan.config, self.allowed, kept.rows[: plan.depth]
        )
        offers = offers_of(form_of(document), "achievement", bundle, found.rows)
        said = zip(found.dense.tolist(), found.lexical.tolist(), strict=True)
        by_row = dict(zip(found.rows.tolist(), said, strict=True))
        return fuse(found, offers, self.parts.first, plan.top), by_row


_LAST: dict[tuple[str, Path, Path | None], _Opened] = {}


def _opened(work: Work) -> _Opened:
    """Open the indexes of a job, once a process; those of the job before are let go."""
    key = (work.plan.fingerprint, work.out, work.since)
    if key not in _LAST:
        _LAST.clear()
        _LAST[key] = _Opened(work)
    return _LAST[key]


def let_go() -> None:
    """Close what a job that was done in this process has open."""
    _LAST.clear()
