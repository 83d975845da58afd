"""What can go wrong with backups; the tree goes on from `service.errors`.

InputError
└── BackupError            a backup cannot be written or restored as asked
    └── BackupFileError    the file is no whole backup
"""

from pathlib import Path

from service.errors import InputError
from service.settings import Settings


class BackupError(InputError):
    """A backup cannot be written or restored as asked; the message is the caller's."""


class BackupFileError(BackupError):
    """The file is no whole backup."""

    def __init__(
        self, path: Path, reason: str, advice: str = "请换一份完好的备份文件后重试。"
    ) -> None:
        super().__init__(f"备份文件 {path} 不能使用：{reason}。什么也没有改动。{advice}")


def refuse_server(settings: Settings) -> None:
    """Refuse where the records are on a server of their own, which has its own means.

    Raises:
        BackupError: they are.
    """
    if settings.database:
        raise BackupError(
            "现在用的是 PostgreSQL（DUIJIE_DATABASE）。请用 pg_dump 和 pg_restore 备份、"
            "恢复数据库，并复制数据目录里的 rejects、reports、uploads、weights。"
        )
