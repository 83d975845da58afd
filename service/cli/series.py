"""`duijie series`: many events of one pool, so that nobody is forgotten."""

from service.cli.invocation import current
from service.cli.options import EncoderName, JsonFlag
from service.cli.out_folder import OutFolder, check_folder
from service.cli.planned import PlanPath, give
from service.cli.progress import ProgressLine
from service.cli.shortlist import scope_of

HELP = """按计划文件（TOML）把一年的许多场路演一起排：每一场选谁，每项成果至多登台几次，
够条件的单位至少登台一次。计划文件的写法见 docs/roadshow.md。"""


def run(
    plan: PlanPath,
    out: OutFolder = None,
    encoder: EncoderName = None,
    as_document: JsonFlag = False,
) -> None:
    """Plan a series; see `HELP`."""
    from service.exports.roadshow_series import series_as_xlsx
    from service.roadshow.present_series import series_as_json, series_as_text
    from service.roadshow.sections import content_of
    from service.roadshow.series import make_series
    from service.roadshow.series_file import read_series

    invocation = current()
    check_folder(out)
    with (
        scope_of(invocation, encoder) as scope,
        ProgressLine("比较", enabled=not as_document) as line,
    ):
        draft = read_series(content_of(plan), plan.name, scope.known)
        found = make_series(scope, draft, line.show)
    give(
        invocation,
        series_as_json(found),
        series_as_text(found),
        lambda made: {"series.xlsx": series_as_xlsx(found, made)},
        out=out,
        as_document=as_document,
    )
