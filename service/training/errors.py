"""What can go wrong when a model of one's own is made or used; the tree is in `service.errors`."""

from pathlib import Path

from service.errors import ImportFileError, InputError


class LabelsError(ImportFileError):
    """Labelled pairs with bad rows, or that nothing can be learned from."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"标注文件 {path} 不能用来训练：{reason}。")


class OwnModelError(InputError):
    """A trained model that does not go with what is installed, or a folder that is none."""

    def __init__(self, folder: Path, reason: str, advice: str) -> None:
        super().__init__(f"{folder} {reason}。{advice}")


class FeedbackError(InputError):
    """Too few verdicts of the workbench to learn from."""

    def __init__(self, there: str, wanted: str) -> None:
        super().__init__(
            f"{there}，还不够：{wanted}。请在工作台继续接受、不接受或评定等级，以后再试；"
            "现在仍用原来的模型。"
        )
