"""`duijie index`: brings the index up to date, or makes it anew."""

from typing import Annotated

import typer

from service.cli.indexing_step import as_json, as_text, bring_index_up_to_date
from service.cli.invocation import current
from service.cli.options import EncoderName, JsonFlag
from service.lock import writing

HELP = """把导入后的变化写进索引。--rebuild 从头重建，建好之后才替换旧索引。
换编码模型（--encoder 或 DUIJIE_ENCODER）后需要 --rebuild。"""


def run(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="从头重建")] = False,
    encoder: EncoderName = None,
    as_document: JsonFlag = False,
) -> None:
    """Bring the index up to date; see `HELP`."""
    invocation = current()
    with writing(invocation.home), invocation.parts.open_store(invocation.settings) as store:
        synced = bring_index_up_to_date(
            invocation, store, rebuild=rebuild, encoder=encoder, quiet=as_document
        )
    if as_document:
        invocation.emit_json({"index": as_json(synced)})
    else:
        invocation.say(as_text(synced))
