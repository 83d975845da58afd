"""What can go wrong while training.

ModelsError
└── TrainingInputError     a training file cannot be used
"""

from pathlib import Path

from models.errors import ModelsError


class TrainingInputError(ModelsError):
    """A file of texts or pairs that cannot be read, or too little text in all."""

    def __init__(self, path: Path, problem: str, line: int | None = None) -> None:
        self.path = path
        self.line = line
        where = f"{path} 第 {line} 行" if line is not None else f"{path}"
        super().__init__(f"训练文件不能使用：{where}：{problem}。请改正该文件后重新运行。")
