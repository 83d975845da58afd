"""`duijie package`: 科技成果包, the best achievements for a field or a region."""

from service.cli.invocation import current
from service.cli.options import EncoderName, JsonFlag
from service.cli.out_folder import OutFolder, check_folder
from service.cli.planned import PlanPath, give
from service.cli.progress import ProgressLine
from service.cli.shortlist import scope_of

HELP = """按计划文件（TOML）为一个领域或地区选出科技成果包：覆盖最多的需求，内容相近的只取其一。
计划文件的写法见 docs/roadshow.md。"""


def run(
    plan: PlanPath,
    out: OutFolder = None,
    encoder: EncoderName = None,
    as_document: JsonFlag = False,
) -> None:
    """Choose a package; see `HELP`."""
    from service.exports.roadshow_package import package_as_xlsx
    from service.roadshow.package import make_package, read_package
    from service.roadshow.present_package import package_as_json, package_as_text
    from service.roadshow.sections import content_of

    invocation = current()
    check_folder(out)
    with (
        scope_of(invocation, encoder) as scope,
        ProgressLine("比较", enabled=not as_document) as line,
    ):
        draft = read_package(content_of(plan), plan.name, scope.known)
        found = make_package(scope, draft, line.show)
    give(
        invocation,
        package_as_json(found),
        package_as_text(found),
        lambda made: {"package.xlsx": package_as_xlsx(found, made)},
        out=out,
        as_document=as_document,
    )
