"""Options that several commands share."""

from typing import Annotated

import typer

JsonFlag = Annotated[bool, typer.Option("--json", help="在标准输出上只打印一个 JSON 文档")]
EncoderName = Annotated[
    str | None,
    typer.Option("--encoder", metavar="名称", help="编码模型的名称或文件夹；不写就用默认模型"),
]
Top = Annotated[int, typer.Option("--top", min=1, max=1000, help="给出前几名")]
