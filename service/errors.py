"""What can go wrong in the service room.

ServiceError                    exit code 1: the work failed
├── InputError                  exit code 2: the call or the input was wrong
│   ├── SettingsError           a setting has a value that cannot be used
│   ├── UnknownCommandError     no command of that name
│   ├── ImportFileError         a file that cannot be imported
│   │   ├── FileMissingError    it is not there
│   │   ├── EmptyFileError      it holds no row
│   │   ├── UnknownFormatError  its kind is not one we read
│   │   ├── DecodingError       its characters cannot be decoded without doubt
│   │   ├── WorkbookError       its workbook cannot be opened
│   │   ├── DocumentError       its document (docx, pdf) cannot be read
│   │   ├── PackedFileError     what is packed in it cannot be unpacked, or is too much
│   │   ├── QrelsError          a line of judgements cannot be read
│   │   ├── PairsError          a file of pairs lacks a column
│   │   ├── LabelsError         labelled pairs to learn from are bad, or too few (service.training)
│   │   └── StrictImportError   `--strict`, and a row is bad
│   ├── RepairError             a text cannot be repaired, or a repair not undone
│   ├── OwnModelError, FeedbackError  a trained model cannot be used, or too little was judged
│   ├── BackupError             a backup cannot be written or restored (service.backup)
│   ├── UnknownIdError          no record has this id
│   ├── MergeError              two records cannot be merged, or not be taken apart
│   └── MappingError            columns and fields do not fit
│       ├── NoRecognisedColumnError  neither a title nor a text column
│       ├── UnknownColumnError  `--map` names a column that is not there
│       └── UnknownFieldError   `--map` names a field that is not there
├── StoreError                  the database refuses
│   ├── NewerStoreError         it was written by a newer version
│   ├── StoreBusyError          another program is writing
│   ├── StoreAccessError        its file cannot be opened or written
│   └── CorruptStoreError       it is not a sound database
├── DiskFullError               no room left
├── HomeError                   the home folder cannot be used
├── HomeBusyError               another duijie is writing into the home
├── ClientError                 a server refused a call, or cannot be reached (service.client)
└── CancelledError              the user pressed Ctrl-C

Messages are for people: what happened, where, and what to do next.
"""

from collections.abc import Iterable
from pathlib import Path


class ServiceError(Exception):
    """Base of every error that the service room raises on purpose."""

    exit_code = 1


class InputError(ServiceError):
    """The call or the input was wrong; the user can put it right."""

    exit_code = 2


class SettingsError(InputError):
    """A setting has a value that cannot be used."""

    def __init__(self, problems: Iterable[str]) -> None:
        super().__init__(f"设置有误：{'；'.join(problems)}。请改正环境变量或命令行选项后重试。")


class UnknownCommandError(InputError):
    """No command of that name."""

    def __init__(self, name: str, similar: Iterable[str]) -> None:
        hint = "、".join(similar)
        asked = f"是不是想用：{hint}？" if hint else ""
        super().__init__(f"没有名为“{name}”的命令。{asked}运行 duijie --help 查看全部命令。")


class ImportFileError(InputError):
    """A file that cannot be imported."""


class FileMissingError(ImportFileError):
    """The file is not there, or is a folder."""

    def __init__(self, path: Path) -> None:
        reason = "是文件夹，不是文件" if path.is_dir() else "不存在"
        super().__init__(f"文件 {path} {reason}。请检查路径后重试。")


class EmptyFileError(ImportFileError):
    """The file holds no row."""

    def __init__(self, path: Path, what: str = "是空的") -> None:
        super().__init__(f"文件 {path} {what}，没有可以导入的内容。请检查是否选对了文件。")


class UnknownFormatError(ImportFileError):
    """The file's kind is not one that is read."""

    def __init__(self, path: Path, reason: str, advice: str) -> None:
        super().__init__(f"文件 {path} {reason}。{advice}")


class DecodingError(ImportFileError):
    """The file's characters cannot be decoded without doubt."""

    def __init__(self, path: Path, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"文件 {path} 的文字编码无法确定（{reason}）。为避免导入乱码，没有导入任何内容。"
            "请用 Excel 或记事本打开它，另存为“CSV UTF-8”后重试。"
        )


class WorkbookError(ImportFileError):
    """The workbook cannot be opened."""

    def __init__(self, path: Path, reason: str, advice: str) -> None:
        super().__init__(f"工作簿 {path} 无法打开：{reason}。{advice}")


class DocumentError(ImportFileError):
    """The document cannot be read."""

    def __init__(self, path: Path, reason: str, advice: str) -> None:
        super().__init__(f"文档 {path} 无法读取：{reason}。{advice}")


class PackedFileError(ImportFileError):
    """What is packed in the file cannot be unpacked, or is more than is safe to unpack."""

    def __init__(
        self, path: Path, reason: str, advice: str = "请分成几个文件，或者解开后分别导入。"
    ) -> None:
        super().__init__(f"文件 {path} {reason}，没有导入任何内容。{advice}")


class QrelsError(ImportFileError):
    """A line of judgements cannot be read."""

    def __init__(self, path: Path, line: int) -> None:
        super().__init__(
            f"{path} 第 {line} 行不是有效的评判记录。"
            '每行应写成 {"need": "需求编号", "achievement": "成果编号", "level": 1 到 4 的整数}；'
            "请改正后重试。"
        )


class PairsError(ImportFileError):
    """A file of pairs lacks a column, or a line of it cannot be read."""

    def __init__(
        self, path: Path, absent: Iterable[str], found: Iterable[str], columns: Iterable[str]
    ) -> None:
        there = f"；现有列：{'、'.join(found)}" if found else ""
        super().__init__(
            f"{path} 缺少或无法读取：{'、'.join(absent)}{there}。需要 {'、'.join(columns)} "
            "这些列（正文可以空）；请补上后重试。"
        )


class StrictImportError(ImportFileError):
    """`--strict` was asked for and a row is bad."""

    def __init__(self, path: Path, place: str, reason: str) -> None:
        self.place = place
        self.reason = reason
        super().__init__(
            f"文件 {path} {place}：{reason}。因为用了 --strict，该文件一行也没有导入。"
            "请改正这一行，或者去掉 --strict 以跳过有问题的行。"
        )


class RepairError(InputError):
    """A text cannot be repaired, or a repair cannot be undone; the message is the caller's."""


class UnknownIdError(InputError):
    """No record has this id."""

    def __init__(self, side_name: str, id_: str) -> None:
        super().__init__(
            f"没有编号为“{id_}”的{side_name}。请核对编号（区分大小写），或先用 duijie import 导入。"
        )


class MergeError(InputError):
    """Two records cannot be merged, or not be taken apart, as asked."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(
            f"第 {number} 条{reason}。什么也没有改动；运行 duijie duplicates 查看现有的条目。"
        )


class MappingError(InputError):
    """Columns and fields do not fit."""


class NoRecognisedColumnError(MappingError):
    """Neither a title nor a text column was recognised."""

    def __init__(self, path: Path, columns: Iterable[str], fields: Iterable[str]) -> None:
        found = "、".join(columns) or "（无）"
        super().__init__(
            f"文件 {path} 里没有认出标题列或正文列。文件中的列：{found}。"
            f"可用的字段：{'、'.join(fields)}，其中 title、text 至少要有一个。"
            "请用 --map 列名=字段 指定，例如 --map 名称=title。"
        )


class UnknownColumnError(MappingError):
    """`--map` names a column that the file does not have."""

    def __init__(self, path: Path, column: str, columns: Iterable[str]) -> None:
        super().__init__(
            f"--map 指定的列“{column}”不在文件 {path} 里。"
            f"文件中的列：{'、'.join(columns)}。请改正列名后重试。"
        )


class UnknownFieldError(MappingError):
    """`--map` names a field that a record does not have, or is not of the form COLUMN=FIELD."""

    def __init__(self, entry: str, fields: Iterable[str]) -> None:
        super().__init__(
            f"--map 的写法是“列名=字段”，而“{entry}”不符合，或字段不存在。"
            f"可用的字段：{'、'.join(fields)}。"
        )


class StoreError(ServiceError):
    """The database refuses."""


class NewerStoreError(StoreError):
    """The database was written by a newer version of this software."""

    def __init__(self, where: str, found: str, known: str) -> None:
        super().__init__(
            f"数据库 {where} 由更新版本的 duijie 写成（结构版本 {found}，本程序只认到 {known}）。"
            "请升级 duijie 后再用，或者用 --home 换一个目录。数据没有被改动。"
        )


class StoreBusyError(StoreError):
    """Another program holds the database for writing."""

    def __init__(self, where: str) -> None:
        super().__init__(f"数据库 {where} 正被别的程序写入。请等它结束后重试，数据没有被改动。")


class StoreAccessError(StoreError):
    """The database's file cannot be opened, read or written."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(
            f"数据库 {where} 打不开或写不进去（{reason}）。请检查文件和目录的权限以及磁盘是否完好。"
        )


class CorruptStoreError(StoreError):
    """The file is not a sound database."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(
            f"数据库 {where} 已损坏或不是数据库（{reason}）。"
            "请从备份恢复这个文件，或者用 --home 换一个目录重新导入。"
        )


class DiskFullError(ServiceError):
    """No room is left on the disk."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"磁盘空间不足，{where} 写不进去。本次操作已撤销，原有数据没有改动。"
            "请腾出空间，或者用 --home 换到别的磁盘后重试。"
        )


class HomeError(ServiceError):
    """The home folder cannot be made or written."""

    def __init__(self, home: Path, reason: str) -> None:
        super().__init__(
            f"数据目录 {home} 不能使用：{reason}。请检查权限，或者用 --home 指定别的目录。"
        )


class HomeBusyError(ServiceError):
    """Another duijie is writing into the home."""

    def __init__(self, home: Path) -> None:
        super().__init__(
            f"另一个 duijie 正在向 {home} 写入数据。请等它完成后重试，或者用 --home 指定别的目录。"
        )


class CancelledError(ServiceError):
    """The user pressed Ctrl-C."""

    def __init__(self) -> None:
        super().__init__("已按 Ctrl-C 中断。没有做完的文件没有导入任何内容，重新运行即可继续。")
