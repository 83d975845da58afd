"""What can go wrong in the models room.

ModelsError
├── UnknownModelError      no model of that name
├── ModelFileMissingError  a file of the model is not there
├── ModelIntegrityError    a file's bytes are not those of the card
├── CardError              a card.json cannot be read, or does not fit its model
├── ModelFormatError       a file is whole, but not what the loader expects
├── ModelNotLocalError     a model named by its hub name is not on this machine
└── ModelDownloadError     fetching a model from the hub failed

Messages are for people: what happened, where, and what to do next.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path


class ModelsError(Exception):
    """Base of every error that the models room raises on purpose."""


class UnknownModelError(ModelsError):
    """The registry has no such name, and it is neither `st:…` nor a folder."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        self.name = name
        self.known = tuple(known)
        super().__init__(
            f"没有名为“{name}”的模型。可用的模型：{'、'.join(self.known)}；"
            "也可以写“st:模型名”（sentence-transformers 模型），或者一个模型文件夹的路径。"
        )


class ModelFileMissingError(ModelsError):
    """A file named by the card is not in the model's folder."""

    def __init__(self, path: Path, remedy: str) -> None:
        self.path = path
        self.remedy = remedy
        super().__init__(f"缺少模型文件：{path}。请运行“{remedy}”重新生成，或者重新安装本软件。")


class ModelIntegrityError(ModelsError):
    """A file's SHA-256 differs from the card's."""

    def __init__(self, path: Path, expected: str, actual: str, remedy: str) -> None:
        self.path = path
        self.expected = expected
        self.actual = actual
        super().__init__(
            f"模型文件已损坏或被改动：{path}"
            f"（SHA-256 应为 {expected[:12]}…，实际为 {actual[:12]}…）。"
            f"请重新安装本软件，或者运行“{remedy}”重新生成。"
        )


class CardError(ModelsError):
    """A model card that cannot be used; every problem found is named at once."""

    def __init__(self, path: Path, problems: Sequence[str]) -> None:
        self.path = path
        self.problems = tuple(problems)
        listed = "；".join(self.problems)
        super().__init__(f"模型卡 {path} 有 {len(self.problems)} 处问题：{listed}。请改正后重试。")


class ModelFormatError(ModelsError):
    """A model's file can be read but does not hold what its loader needs."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path = path
        super().__init__(f"模型文件 {path} 不能使用：{problem}。请换用与模型卡相符的文件。")


class ModelNotLocalError(ModelsError):
    """A sentence-transformers model is not on this machine and downloading was not asked for."""

    def __init__(self, name: str, command: str) -> None:
        self.name = name
        self.command = command
        super().__init__(
            f"本机没有模型“{name}”，而程序不会自行联网下载。"
            f"如果可以联网，请运行“{command}”下载；否则请把模型文件夹拷贝到本机，用文件夹路径代替模型名。"
        )


class ModelDownloadError(ModelsError):
    """Fetching a model from the hub failed."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        super().__init__(
            f"下载模型“{name}”失败：{reason}。请检查模型名和网络后重试；"
            "不能联网时，请把模型文件夹拷贝到本机，用文件夹路径代替模型名。"
        )
