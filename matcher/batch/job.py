"""A whole job: what is there already stays, what is missing is done, wherever it was killed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from indexing.bundle import Bundle
from matcher.batch.executor import Executor
from matcher.batch.plan import Plan
from matcher.batch.searched import Searched
from matcher.batch.tables import Folder
from matcher.batch.work import Parts, Task, Work, let_go
from matcher.errors import BatchError
from matcher.types import Need

FORMAT = 1

_NAMES = {
    "top": "--top",
    "depth": "检索深度",
    "words": "--dense-only",
    "filters": "筛选条件",
    "hidden": "撤回的成果",
    "block": "每份的需求数",
    "format": "文件格式",
    "achievements": "成果",
    "index": "成果的词语索引",
    "needs": "需求",
    "matcher": "编码模型、词典或权重",
}
_FOLLOWS = {"achievements": {"filters", "hidden"}, "index": {"words", "achievements"}}
"""What need not be told where its cause is."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call did.

    Attributes:
        needs: how many needs were given.
        parts: how many parts the job has.
        kept: parts that were there already.
        answered: needs of the parts that were done now.
        searched: of these, how many were compared with everything.
    """

    needs: int
    parts: int
    kept: int
    answered: int
    searched: int


@dataclass(frozen=True, slots=True)
class Job:
    """All needs against all achievements, into a folder.

    Attributes:
        plan: what it is.
        out: the folder.
        answers: index of the achievements.
        parts: makes what answers needs, in every process that works on the job.
        since: folder of an earlier job to go on from.
    """

    plan: Plan
    out: Path
    answers: Bundle
    parts: Callable[[], Parts]
    since: Path | None = None

    def run(
        self,
        needs: Sequence[Need],
        stale: frozenset[str],
        executor: Executor,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> Outcome:
        """Do what is missing.

        Args:
            needs: all of them, in an order that is the same each time.
            stale: ids of those that the index does not have as they are.
            executor: where the parts are done.
            progress: told the parts that are there, and their total.

        Raises:
            BatchError: the folder holds another job, or the earlier one cannot be used.
        """
        plan, folder = self._begun(), Folder(self.out)
        total = -(-len(needs) // plan.block)
        missing = {at for at in range(total) if not folder.answers(at).is_file()}
        done = total - len(missing)
        kept, answered, searched = done, 0, 0
        progress(done, total)
        work = Work(plan, self.parts, self.out, self.since)
        try:
            for one in executor.map(work, _tasks(needs, stale, plan.block, missing)):
                done, answered, searched = done + 1, answered + one.needs, searched + one.searched
                progress(done, total)
        finally:
            let_go()
        folder.sweep()
        state = {"needs": len(needs), "parts": total, "complete": True}
        folder.write_manifest(_manifest(plan, state))
        return Outcome(len(needs), total, kept, answered, searched)

    def _begun(self) -> Plan:
        """Take down what is searched and make sure that the folder is of this job."""
        plan, folder = self.plan, Folder(self.out)
        if self.since is not None:
            self._check_since(self.since)
        bundle = self.answers
        searched = Searched.of(bundle, bundle.mask(plan.filters, plan.without))
        own = {"format": str(FORMAT), "achievements": searched.fingerprint}
        plan = replace(plan, made_of={**plan.made_of, **own})
        before = folder.manifest
        if before is None:
            _refuse_foreign(self.out)
            folder.write_manifest(_manifest(plan, {"complete": False}))
        elif before["named"] != plan.named:
            raise BatchError(_other_job(self.out, before["named"], plan.named))
        if not folder.searched.is_file():
            folder.write_searched(searched)
        return plan

    def _check_since(self, since: Path) -> None:
        if since.resolve() == self.out.resolve():
            raise BatchError(f"--since 与 --out 是同一个文件夹 {since}。新结果请写到另一个文件夹。")
        if Folder(since).manifest is None or not Folder(since).searched.is_file():
            raise BatchError(f"{since} 里没有批量计算的结果。请核对 --since，或去掉它整个重算。")


def _tasks(
    needs: Sequence[Need], stale: frozenset[str], block: int, missing: set[int]
) -> Iterator[Task]:
    for number in sorted(missing):
        some = tuple(needs[number * block : (number + 1) * block])
        yield Task(number, some, stale.intersection(need.id for need in some))


def _manifest(plan: Plan, state: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "fingerprint": plan.fingerprint,
        "named": plan.named,
        "top": plan.top,
        **state,
    }


def _refuse_foreign(out: Path) -> None:
    found = [path for path in out.iterdir() if path.name[0] != "."] if out.is_dir() else []
    if found or (out.exists() and not out.is_dir()):
        raise BatchError(
            f"{out} 里有别的文件，却没有批量计算的说明文件。请用 --out 指定新的或空的文件夹。"
        )


def _other_job(out: Path, before: Mapping[str, str], now: Mapping[str, str]) -> str:
    other = {name for name in {**before, **now} if before.get(name) != now.get(name)}
    told = [name for name in (*_NAMES, *sorted(other - {*_NAMES})) if name in other]
    different = "、".join(
        _NAMES.get(name, name) for name in told if not other & _FOLLOWS.get(name, set())
    )
    return (
        f"{out} 里的结果是在别的条件下算的，不能接着算；不同的是：{different}。"
        f"请把 --out 换成新的文件夹；只想算变化的部分，就再加上 --since {out}。"
    )
