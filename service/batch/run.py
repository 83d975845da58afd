"""One call of `duijie batch`: what the store and the settings say, as a job."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from indexing.filters import Filter
from matcher.batch.executor import Executor, Processes, Serial
from matcher.batch.job import Job, Outcome
from matcher.batch.plan import Plan
from matcher.batch.work import Parts
from matcher.types import Need, Side
from service.batch.on_ray import OnRay
from service.batch.parts import open_parts, parts_of
from service.settings import Settings
from service.store.store import Store
from service.sync import META_REVISION

if TYPE_CHECKING:
    from indexing.bundle import Bundle
    from matcher.pipeline import Matcher

DEPTH = 100
"""Rows that each side of retrieval gives, unless more are wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for.

    Attributes:
        out: folder of the outcome.
        since: folder of an earlier job, or None.
        top: achievements a need.
        filters: what these must be.
        dense_only: whether words are left out.
        workers: processes on this machine.
        ray: address of a Ray cluster; empty for this machine.
    """

    out: Path
    since: Path | None = None
    top: int = 50
    filters: tuple[Filter, ...] = ()
    dense_only: bool = False
    workers: int = 1
    ray: str = ""

    @property
    def plan(self) -> Plan:
        """The plan, as far as it does not depend on records."""
        return Plan(
            top=self.top,
            depth=max(DEPTH, self.top),
            uses_words=not self.dense_only,
            filters=self.filters,
            made_of={},
        )

    @property
    def executor(self) -> Executor:
        """Where the parts are done."""
        if self.ray:
            return OnRay(self.ray)
        return Processes(self.workers) if self.workers > 1 else Serial()


def run_batch(
    request: Request,
    settings: Settings,
    store: Store,
    matcher: "Matcher",
    progress: Callable[[int, int], None],
) -> Outcome:
    """Answer all needs of a store; see `matcher.batch.job.Job.run`.

    Args:
        request: What was asked for.
        settings: With which other processes open what they need.
        store: The records.
        matcher: Over the indexes, with the settings of `request.plan`.
        progress: Told the parts that are there, and their total.
    """
    sides = {side: one.bundle for side, one in matcher.sides.items()}
    needs, revision = _needs(store)
    answers = sides["achievement"]
    words = f"{answers.meta.get(META_REVISION)}|{len(answers)}|{answers.removed_share}"
    plan = replace(
        request.plan,
        without=_changed(store, "achievement", answers)[1],
        made_of={
            "matcher": f"{answers.fingerprint}|{matcher.weights.fingerprint}",
            "needs": f"{revision}|{len(needs)}",
            "index": "" if request.dense_only else words,
        },
    )
    job = Job(plan, request.out, answers, _parts(request, settings, matcher), request.since)
    stale, _ = _changed(store, "need", sides["need"])
    return job.run(needs, stale, request.executor, progress)


def _parts(request: Request, settings: Settings, matcher: "Matcher") -> Callable[[], Parts]:
    if isinstance(request.executor, Serial):
        return lambda: parts_of(matcher)
    return partial(open_parts, settings, matcher.config)


def _needs(store: Store) -> tuple[list[Need], int]:
    """All needs and the revision that they are of, however much is imported meanwhile."""
    while True:
        revision = store.last_revision("need")
        needs = [one for one in store.iterate("need") if isinstance(one, Need)]
        if store.last_revision("need") == revision:
            return needs, revision


def _changed(store: Store, side: Side, bundle: "Bundle") -> tuple[frozenset[str], frozenset[str]]:
    """Ids of what changed after an index was made, and of what is gone since."""
    changed: set[str] = set()
    gone: set[str] = set()
    for _, id_, record in store.changes_since(side, int(bundle.meta.get(META_REVISION, 0))):
        (gone if record is None else changed).add(id_)
    return frozenset(changed), frozenset(gone)
