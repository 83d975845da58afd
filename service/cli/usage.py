"""Mistakes in a call, told in Chinese; typer tells them in English."""

import re
from typing import Any

import typer

_VALUE_WORDS = (
    (r".*valid integer.*", "应为整数"),
    (r".*valid number.*", "应为数字"),
    (r".*greater than or equal to (\S+)", r"应不小于 \1"),
    (r".*less than or equal to (\S+)", r"应不大于 \1"),
    (r".*greater than (\S+)", r"应大于 \1"),
    (r".*less than (\S+)", r"应小于 \1"),
    (r".*'(.*)' is not one of (.*?)\.?", r"“\1”不在可选值 \2 之中"),
    (r"(?i).*(?:file|path|directory) '(.*)' does not exist\.?", r"“\1”不存在"),
    (r".*'(.*)' is a directory\.?", r"“\1”是文件夹"),
)
_EXTRA = re.compile(r"Got unexpected extra argument\(?s?\)? \((.*)\)")
_NO_VALUE = "does not take a value"


def explain(error: typer.TyperException) -> str:
    """Say in Chinese what was wrong with a call, and where help is."""
    kind = type(error).__name__
    explained = _EXPLAIN.get(kind, _explain_other)(error)
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "duijie"
    return f"{explained}。运行 {path} --help 查看用法。"


def _no_such_option(error: Any) -> str:
    similar = "、".join(error.possibilities or ())
    return f"没有选项 {error.option_name}" + (f"，是不是想用：{similar}" if similar else "")


def _missing_parameter(error: Any) -> str:
    kind = "参数" if error.param.param_type_name == "argument" else "选项"
    return f"缺少{kind} {_hint(error)}"


def _bad_parameter(error: Any) -> str:
    message = error.message.removeprefix("Value error, ")
    for pattern, words in _VALUE_WORDS:
        found = re.fullmatch(pattern, message)
        if found:
            message = found.expand(words)
            break
    return f"{_hint(error)} 的值不能用：{message}"


def _bad_option_usage(error: Any) -> str:
    if _NO_VALUE in error.message:
        return f"选项 {error.option_name} 后面不带值"
    return f"选项 {error.option_name} 后面缺少值"


def _explain_other(error: Any) -> str:
    message = str(error.format_message())
    extra = _EXTRA.fullmatch(message)
    if extra:
        return f"多余的参数：{extra[1]}"
    return f"命令写法有误：{message}"


def _hint(error: Any) -> str:
    hint = error.param_hint or (error.param.get_error_hint() if error.param else "参数")
    return str(hint).replace("'", "")


_EXPLAIN = {
    "NoSuchOption": _no_such_option,
    "MissingParameter": _missing_parameter,
    "BadParameter": _bad_parameter,
    "BadOptionUsage": _bad_option_usage,
}
