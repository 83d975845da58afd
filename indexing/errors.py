"""What can go wrong in the indexing room.

IndexingError
├── DimensionError            an array's shape does not fit the index
├── NotFiniteError            a vector holds NaN or infinity
├── RowError
│   ├── DuplicateRowError     a row is there already, or twice in one call
│   ├── NegativeRowError      a row below 0
│   └── UnknownRowError       a row is not there
├── UnknownIdError            a record id is not there
├── UnknownKindError          the factory knows no index of that kind
├── ColumnError               a value does not fit its filter column
├── FilterError               a filter names an unknown field or asks what its kind cannot answer
├── IndexMissingError         no index was saved in a folder
├── IndexWriteError           the disk refused a write; what was saved before is untouched
├── IndexConflictError        somebody else saved a newer generation meanwhile
├── EngineError               the server that holds the vectors
│   ├── EngineUnavailableError   cannot be reached, or has lost the nodes that hold them
│   ├── EngineRefusedError       understood a call and refused it
│   └── EngineMissingError       the library that speaks to it is not installed
├── CorruptIndexError         a file is missing, damaged or of an unknown format
└── FingerprintMismatchError  the index was built with another encoder or dictionary

Messages are for people: what happened, where, and what to do next.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

REBUILD = "duijie index --rebuild"


class IndexingError(Exception):
    """Base of every error that the indexing room raises on purpose."""


class DimensionError(IndexingError):
    """An array's shape does not fit."""

    def __init__(self, what: str, expected: Sequence[object], actual: Sequence[object]) -> None:
        self.expected = tuple(expected)
        self.actual = tuple(actual)
        super().__init__(
            f"{what}的形状应为 {self.expected}，实际为 {self.actual}。"
            f"请确认编码器与建立索引时相同；如已更换编码器，请运行“{REBUILD}”重建索引。"
        )


class NotFiniteError(IndexingError):
    """A vector holds NaN or infinity."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}中含有 NaN 或无穷大。请检查编码器的输出，改正后重新编码。")


class RowError(IndexingError):
    """Something is wrong with the rows of a call."""

    def __init__(self, rows: Iterable[int], problem: str) -> None:
        self.rows = tuple(int(row) for row in rows)
        named = "、".join(map(str, self.rows[:5])) + (" 等" if len(self.rows) > 5 else "")
        super().__init__(f"行号 {named} {problem}")


class DuplicateRowError(RowError):
    """A row is there already, or twice in one call."""

    def __init__(self, rows: Iterable[int]) -> None:
        super().__init__(rows, "已在索引中，或在一次调用中重复。请先删除旧行，或者换用新的行号。")


class NegativeRowError(RowError):
    """A row below 0."""

    def __init__(self, rows: Iterable[int]) -> None:
        super().__init__(rows, "是负数。行号须从 0 开始。")


class UnknownRowError(RowError):
    """A row is not there."""

    def __init__(self, rows: Iterable[int]) -> None:
        super().__init__(rows, "不在索引中。请先加入这些行，或者重新检索。")


class UnknownIdError(IndexingError):
    """A record id is not there."""

    def __init__(self, ids: Sequence[str]) -> None:
        self.ids = tuple(ids)
        named = "、".join(self.ids[:5]) + (" 等" if len(self.ids) > 5 else "")
        super().__init__(f"索引中没有编号为 {named} 的记录。请运行“duijie index”更新索引后重试。")


class UnknownKindError(IndexingError):
    """The factory knows no index of that kind."""

    def __init__(self, kind: str, known: Iterable[str]) -> None:
        self.kind = kind
        hint = "它的向量在 Milvus 上，请设置 DUIJIE_MILVUS。" if kind == "milvus" else ""
        super().__init__(f"没有名为“{kind}”的向量索引；可用的种类：{'、'.join(known)}。{hint}")


class ColumnError(IndexingError):
    """A value does not fit its filter column."""


class FilterError(IndexingError):
    """A filter names an unknown field or asks what its kind cannot answer."""


class IndexMissingError(IndexingError):
    """No index was saved in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        super().__init__(f"{root} 中还没有索引。请先运行“duijie index”建立索引。")


class IndexWriteError(IndexingError):
    """The disk refused a write; what was saved before is untouched."""

    def __init__(self, root: Path, reason: object) -> None:
        self.root = root
        super().__init__(
            f"索引写入失败：{root}（{reason}）。此前保存的索引没有改动，仍可使用。"
            "请检查磁盘空间和写入权限后重试。"
        )


class IndexConflictError(IndexingError):
    """Somebody else saved a newer generation after this bundle was opened."""

    def __init__(self, root: Path, opened: str | None, current: str | None) -> None:
        self.root = root
        super().__init__(
            f"索引 {root} 已被另一个进程更新：打开时为 {opened or '（空）'}，"
            f"现在为 {current or '（空）'}。为免覆盖对方的改动，本次没有保存。"
            "请重新打开索引后再试。"
        )


class EngineError(IndexingError):
    """Something is wrong with the server that holds the vectors."""


class EngineUnavailableError(EngineError):
    """The server cannot be reached, or has lost the nodes that hold the vectors."""

    def __init__(self, uri: str, reason: object) -> None:
        self.uri = uri
        super().__init__(
            f"向量引擎暂时不可用：{without_secrets(uri)}（{reason}）。"
            "语义检索暂停，词语检索仍可使用；请检查 Milvus 各节点后重试，索引和原始数据不受影响。"
        )


class EngineRefusedError(EngineError):
    """The server understood a call and refused it."""

    def __init__(self, uri: str, reason: object) -> None:
        self.uri = uri
        super().__init__(
            f"向量引擎拒绝了请求：{without_secrets(uri)}（{reason}）。"
            "请检查 DUIJIE_MILVUS 的地址、口令和数据库名；"
            f"集合已被删除的，请运行“{REBUILD}”重建索引。"
        )


class EngineMissingError(EngineError):
    """The library that speaks to the server is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "设置了 DUIJIE_MILVUS，但没有安装 pymilvus。"
            "请运行“pip install 'duijie[milvus]'”后重试。"
        )


def without_secrets(uri: str) -> str:
    """Return an address without the name and password that may stand in it."""
    scheme, mark, rest = uri.partition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}" if mark else uri


class CorruptIndexError(IndexingError):
    """A file is missing, damaged or of an unknown format."""

    def __init__(self, path: Path, problem: object) -> None:
        self.path = path
        super().__init__(
            f"索引文件不能使用：{path}（{problem}）。请运行“{REBUILD}”重建索引；原始数据不受影响。"
        )


class FingerprintMismatchError(IndexingError):
    """The index was built with another encoder, or by another version of the program."""

    def __init__(self, root: Path, stored: str, wanted: str) -> None:
        self.root = root
        self.stored = stored
        self.wanted = wanted
        super().__init__(
            f"索引 {root} 是用另一个编码器或另一版本的程序建立的，现在不能用。"
            f"请运行“{REBUILD}”重建索引；原始数据不受影响。"
            f"（建立时为“{stored}”，现在为“{wanted}”；换过编码器的，也可以换回去。）"
        )
