"""`duijie supply`: 技术供给清单, what an industry chain can be supplied with."""

from service.cli.invocation import current
from service.cli.options import EncoderName, JsonFlag
from service.cli.out_folder import OutFolder, check_folder
from service.cli.planned import PlanPath, give
from service.cli.progress import ProgressLine
from service.cli.shortlist import scope_of

HELP = """按计划文件（TOML）列出产业链各环节有哪些成果可用、哪些环节是空白、背后有哪些需求。
计划文件的写法见 docs/roadshow.md。"""


def run(
    plan: PlanPath,
    out: OutFolder = None,
    encoder: EncoderName = None,
    as_document: JsonFlag = False,
) -> None:
    """List what supplies each link; see `HELP`."""
    from service.exports.roadshow_supply import supply_as_xlsx
    from service.roadshow.present_supply import supply_as_json, supply_as_text
    from service.roadshow.sections import content_of
    from service.roadshow.supply import make_supply, read_supply

    invocation = current()
    check_folder(out)
    with (
        scope_of(invocation, encoder) as scope,
        ProgressLine("比较", enabled=not as_document) as line,
    ):
        draft = read_supply(content_of(plan), plan.name, scope.known)
        found = make_supply(scope, draft, line.show)
    give(
        invocation,
        supply_as_json(found),
        supply_as_text(found),
        lambda made: {"supply.xlsx": supply_as_xlsx(found, made)},
        out=out,
        as_document=as_document,
    )
