"""Reading the tables."""

import re
import tomllib
from functools import cache
from importlib import resources

from matcher.errors import ResourceError

_NAME = re.compile(r"@(\w+)@")


def lines_of(name: str) -> list[str]:
    """Return the lines of a table, without comments and blank lines.

    Raises:
        ResourceError: the file is not part of the installation.
    """
    return [line for line in _text_of(name).splitlines() if line.strip() and line[0] != "#"]


def pattern(expression: str) -> re.Pattern[str]:
    """Compile an expression in which @name@ stands for any of the words of that name.

    Raises:
        ResourceError: the file is not part of the installation, or has no list of that name.
    """
    return re.compile(_NAME.sub(_either, expression))


def words_of(name: str) -> list[str]:
    """Return the list of a name in around.toml, as expressions.

    Raises:
        ResourceError: the file is not part of the installation, or has no list of that name.
    """
    listed = _around().get(name)
    if listed is None:
        raise ResourceError(f"随程序发布的文件 around.toml 缺少 {name}，请重新安装 duijie")
    return listed


def _either(found: re.Match[str]) -> str:
    return f"(?:{'|'.join(words_of(found[1]))})"


@cache
def _around() -> dict[str, list[str]]:
    words: dict[str, list[str]] = tomllib.loads(_text_of("around.toml"))["words"]
    return words


def _text_of(name: str) -> str:
    try:
        return (resources.files("matcher.quantities.wording") / name).read_text("utf-8")
    except OSError as error:
        raise ResourceError(f"缺少随程序发布的文件 {name}，请重新安装 duijie") from error
