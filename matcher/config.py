"""What ranks how: every setting that can change a list, and nothing else."""

import hashlib
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class MatchConfig:
    """Settings of one matcher; hashed into the fingerprint of every list.

    Attributes:
        depth: rows that each retriever gives.
        rerank: how many of the fused rows are compared by stored numbers; 0 leaves the fused order.
        read: how many of the best of these are read together with the question; 0 reads none. What
            a list shows is always read.
        evidence: reasons shown for a match; the rest is summed into one line.
        dense, lexical: which retrievers run (both, but for measuring).
    """

    depth: int = 100
    rerank: int = 50
    read: int = 12
    evidence: int = 8
    dense: bool = True
    lexical: bool = True

    def __post_init__(self) -> None:
        if self.depth < 1 or min(self.rerank, self.read) < 0 or self.evidence < 1:
            raise ValueError(f"depth, evidence 须不小于 1，rerank, read 不小于 0，现为 {self}。")
        if not (self.dense or self.lexical):
            raise ValueError("dense 与 lexical 不能同时关闭。")

    @property
    def fingerprint(self) -> str:
        """Hash of all settings."""
        settings = repr(sorted(asdict(self).items()))
        return hashlib.sha256(settings.encode()).hexdigest()[:12]
