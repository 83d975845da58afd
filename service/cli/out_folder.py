"""Files of a roadshow in the folder that `--out` names."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from service.errors import InputError

OutFolder = Annotated[
    Path | None,
    typer.Option("--out", metavar="文件夹", help="把文件写进这个文件夹；同名的会被替换"),
]


def check_folder(folder: Path | None) -> None:
    """Refuse what cannot become a folder before minutes of work.

    Raises:
        InputError: something else has its name.
    """
    if folder is not None and folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} 是文件，不是文件夹。请用 --out 指定文件夹。")


def write_files(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write files; each is there whole or as it was before. Returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in contents.items():
        path = folder / name
        unfinished = path.with_name(f"{name}.part")
        unfinished.write_bytes(content)
        unfinished.replace(path)
        written.append(path)
    return written
