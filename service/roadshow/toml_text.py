"""The bytes of a plan file as a TOML document with the lines of its keys."""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service.roadshow.errors import Mistake, PlanFileError
from service.roadshow.plan_words import mistake_at
from service.roadshow.toml_lines import Path, lines_of

LARGEST = 2_000_000
"""Bytes of a plan file."""
_LINE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)")
_LIMIT = 2**63
_LONG = re.compile(r"[0-9][0-9_]{4000,}")
_FULL_WIDTH = re.compile("[“”‘’＝［］｛｝，＃．]")
_REASONS = (
    ("Cannot overwrite", "这个键或这一节写了两次，请合并成一处"),
    ("Cannot declare", "这一节写了两次，请合并成一处"),
    ("Cannot mutate", "这里不能再加键，请检查它所在的一节"),
    ("Duplicate inline", "这个键写了两次，请删掉一个"),
    ("Expected '='", "键的后面要有半角等号 ="),
    ("Invalid value", "值的写法不对：文字要加半角双引号，日期写成 2026-12-05"),
    ("Unclosed array", "列表没有写完，缺少 ]"),
    ("Unclosed inline", "花括号没有写完，缺少 }"),
    ("Unterminated string", "文字没有写完，缺少后一个双引号"),
    ("Expected ']", "方括号没有写完"),
    ("Expected newline", "值的后面有多余的内容；一行只能写一个“键 = 值”"),
    ("Invalid statement", "这一行看不懂；应当是 [节]、[[节]] 或“键 = 值”，键用英文字母"),
    ("Invalid initial character for a key", "键要用英文字母、数字、_ 或 -；见 docs/roadshow.md"),
    ("Invalid date", "没有这一天或这个时刻"),
    ("Illegal character", "有不能出现的字符（例如文字里直接换行）"),
    ("Unescaped", "文字里的反斜杠 \\ 要写成 \\\\"),
    ("Escaped", "文字里的转义写法不对"),
)


@dataclass(frozen=True, slots=True)
class TomlText:
    """A document.

    Attributes:
        name: of the file, for messages.
        text: as it was read.
        document: what `tomllib` makes of it.
        lines: of each key (`toml_lines`).
    """

    name: str
    text: str
    document: Mapping[str, Any]
    lines: Mapping[Path, int]

    @property
    def sha256(self) -> str:
        """Of the text, in UTF-8."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def read_toml(content: bytes, name: str) -> TomlText:
    """Read TOML; UTF-8 with or without a mark, or GB18030.

    Raises:
        PlanFileError: it is empty, too large, not decodable, or no TOML; the line is named.
    """
    if len(content) > LARGEST:
        problem = f"文件有 {len(content):,} 字节，最多 {LARGEST:,}。请把长的编号清单改成筛选条件。"
        raise PlanFileError(name, [Mistake(0, "文件", problem)])
    text = _decoded(content, name).replace("\r\n", "\n")
    if not text.strip():
        raise PlanFileError(name, [Mistake(0, "文件", "是空的。写法见 docs/roadshow.md。")])
    try:
        document = _parsed(text)
        toml = TomlText(name, text, document, lines_of(text))
        mistakes = list(_unfit(toml.lines, document))
    except tomllib.TOMLDecodeError as error:
        raise PlanFileError(name, [_syntax(str(error), text)]) from error
    except RecursionError as error:
        raise PlanFileError(name, [Mistake(0, "文件", "括号套得太深，请改正。")]) from error
    if mistakes:
        raise PlanFileError(name, mistakes)
    return toml


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except ValueError:  # Python reads no number of so many digits; a shorter one is too large too
        return tomllib.loads(_LONG.sub("9" * 30, text))


def _unfit(lines: Mapping[Path, int], value: object, path: Path = ()) -> Iterator[Mistake]:
    """Values that neither TOML nor a database takes, wherever they stand."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            for part in (key, one):
                yield from _unfit(lines, part, (*path, key))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _unfit(lines, one, (*path, number))
    elif isinstance(value, int) and not -_LIMIT <= value < _LIMIT:
        yield mistake_at(lines, path, "整数太大，请核对是不是多写了数字。")
    elif isinstance(value, str) and "\0" in value:
        yield mistake_at(lines, path, "文字里有空字符（\\u0000），请去掉。")


def _decoded(content: bytes, name: str) -> str:
    for codec in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(codec)
        except UnicodeDecodeError:
            continue
    problem = "文字编码看不懂，请另存为 UTF-8 后重试。"
    raise PlanFileError(name, [Mistake(0, "文件", problem)])


def _syntax(message: str, text: str) -> Mistake:
    found = _LINE.search(message)
    written = text.split("\n")
    line = int(found[1]) if found and found[1] else len(text.rstrip().split("\n"))
    reason = next((said for sign, said in _REASONS if sign in message), "写法不符合 TOML")
    place = written[line - 1] if line <= len(written) else ""
    marks = "".join(dict.fromkeys(_FULL_WIDTH.findall(place)))
    if marks:
        reason += f"；这一行里有全角符号 {marks}，引号、等号、括号、逗号请用半角"
    column = f"第 {found[2]} 个字附近" if found and found[2] else "到文件末尾"
    return Mistake(line, "TOML", f"{column}：{reason}。")
