"""Help pages in Chinese, for groups and commands."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.cells import cell_len

_GAP = 2
_HELP_OF_HELP = "显示本帮助"


def page(command: Any, context: Any, commands: Sequence[tuple[str, str]] = ()) -> str:
    """Write the help page of a command; `commands` are the (name, summary) of a group's."""
    width: int = context.make_formatter().width
    shown = [param for param in command.get_params(context) if not param.hidden]
    arguments = [
        (param.metavar or param.name, param.help or "")
        for param in shown
        if param.param_type_name == "argument"
    ]
    options = [_option(param) for param in shown if param.param_type_name == "option"]
    rest = ["命令 …"] if commands else [name for name, _ in arguments]
    lines = [" ".join((f"用法：{context.command_path}", "[选项]", *rest)), ""]
    lines += [f"  {line}" for line in _wrapped(command.help or "", width - 2)]
    for title, rows in (("命令", commands), ("参数", arguments), ("选项", options)):
        if rows:
            lines += ["", f"{title}：", *_columns(rows, width)]
    return "\n".join(lines) + "\n"


def _option(param: Any) -> tuple[str, str]:
    names = ", ".join(param.opts)
    if param.name == "help":
        return names, _HELP_OF_HELP
    value = "" if param.is_flag else f" {param.metavar or '值'}"
    return names + value, param.help or ""


def _columns(rows: Sequence[tuple[str, str]], width: int) -> Iterator[str]:
    left = min(max(cell_len(name) for name, _ in rows), width // 2)
    margin = " " * (left + 2 * _GAP)
    for name, text in rows:
        first, *others = _wrapped(text, width - len(margin)) or [""]
        if cell_len(name) > left:
            yield f"  {name}"
            yield margin + first
        else:
            yield f"  {name}{' ' * (left - cell_len(name) + _GAP)}{first}"
        for other in others:
            yield margin + other


def _wrapped(text: str, width: int) -> list[str]:
    """Break lines at `width` terminal cells; a Chinese character takes two."""
    lines = []
    for paragraph in text.splitlines():
        line = ""
        for character in paragraph.strip():
            if cell_len(line) + cell_len(character) > width:
                kept = _without_last_word(line) if _is_latin(character) else line
                lines.append(kept.rstrip())
                line = line[len(kept) :]
            line += character
        lines.append(line)
    return lines


def _without_last_word(line: str) -> str:
    """Take a Latin word off the end, unless it is all there is."""
    end = len(line)
    while end and _is_latin(line[end - 1]):
        end -= 1
    return line[:end] or line


def _is_latin(character: str) -> bool:
    return character.isascii() and not character.isspace()
