"""What the commands that take a plan file have in common: the plan, and how they answer."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from service.cli.invocation import Invocation
from service.cli.out_folder import write_files

PlanPath = Annotated[Path, typer.Argument(metavar="计划.toml", help="计划文件")]
Files = Callable[[datetime], Mapping[str, bytes]]
"""Contents by name; written only where a folder is named."""


def give(
    invocation: Invocation,
    document: dict[str, Any],
    lines: Iterable[str],
    files: Files,
    *,
    out: Path | None,
    as_document: bool,
) -> None:
    """Write the files where a folder is named, and tell people or programs."""
    written = write_files(out, files(datetime.now().astimezone())) if out else []
    if as_document:
        invocation.emit_json({**document, "files": [str(one) for one in written]})
        return
    for text in lines:
        invocation.say(text)
    for file in written:
        invocation.say(f"已写入 {file}")
