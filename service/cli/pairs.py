"""`duijie pairs`: who meets whom where both sides rank each other."""

from service.cli.invocation import current
from service.cli.options import JsonFlag
from service.cli.out_folder import OutFolder, check_folder
from service.cli.planned import PlanPath, give

HELP = """双方各自排了志愿时，定下谁与谁见面：没有两家都更愿意换成对方（稳定匹配）。
计划文件的写法见 docs/roadshow.md。"""


def run(plan: PlanPath, out: OutFolder = None, as_document: JsonFlag = False) -> None:
    """Match two sides that rank each other; see `HELP`."""
    from service.exports.roadshow_supply import pairs_as_xlsx
    from service.roadshow.pairs import make_pairs, read_pairs
    from service.roadshow.present_supply import pairs_as_json, pairs_as_text
    from service.roadshow.sections import content_of

    check_folder(out)
    found = make_pairs(read_pairs(content_of(plan), plan.name))
    give(
        current(),
        pairs_as_json(found),
        pairs_as_text(found),
        lambda made: {"pairs.xlsx": pairs_as_xlsx(found, made)},
        out=out,
        as_document=as_document,
    )
