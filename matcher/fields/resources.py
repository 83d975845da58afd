"""Reads the tables that come with the package."""

import json
from importlib import resources
from typing import Any

from matcher.errors import ResourceError


def read_text(name: str) -> str:
    """Read one of the package's files.

    Raises:
        ResourceError: it is missing or damaged.
    """
    try:
        return (resources.files("matcher.fields") / "data" / name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ResourceError(f"程序自带的文件 {name} 缺失或已损坏；请重新安装 duijie。") from error


def read_json(name: str) -> Any:
    """Read one of the package's JSON files. Raises ResourceError."""
    written = read_text(name)
    try:
        return json.loads(written)
    except ValueError as error:
        raise ResourceError(f"程序自带的文件 {name} 已损坏；请重新安装 duijie。") from error
