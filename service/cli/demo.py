"""`duijie demo`: the main job on the bundled sample, from import to explained lists."""

import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from service.cli.indexing_step import SIDE_NAMES, as_text, bring_index_up_to_date
from service.cli.invocation import Invocation, current
from service.cli.options import JsonFlag
from service.lock import writing

if TYPE_CHECKING:
    from service.roadshow.scope import Scope
    from service.roadshow.shortlist import Shortlist

HELP = """把自带样例（76 条需求、536 项成果，均为虚构）导入一个全新的演示目录，建立索引，
并给出双向匹配的解释清单和一份路演名单。演示目录是数据目录下的 demo，
每次重新建立，不影响您自己的数据。"""

NEEDS = ("N070", "N017")
ACHIEVEMENTS = ("A0012",)
TOP = 3


def run(as_document: JsonFlag = False) -> None:
    """Run the main job on the sample; see `HELP`."""
    from service.present import list_as_json, list_as_text
    from service.roadshow.present import brief_lines, shortlist_as_json
    from service.roadshow.scope import Scope

    invocation = current()
    started = time.monotonic()
    _begin_anew(invocation)
    _fill(invocation, quiet=as_document)
    with invocation.parts.open_store(invocation.settings) as store:
        matcher = invocation.parts.make_matcher(invocation.settings, store)
        asked = [*store.get_many("need", NEEDS), *store.get_many("achievement", ACHIEVEMENTS)]
        answers = [matcher.match(record, k=TOP) for record in asked]
        short = _shortlist(Scope(store, matcher, invocation.home))
    if as_document:
        lists = [list_as_json(answer) for answer in answers]
        invocation.emit_json({"lists": lists, "shortlist": shortlist_as_json(short)})
        return
    for answer in answers:
        invocation.say()
        for line in list_as_text(answer):
            invocation.say(line)
    invocation.say()
    for line in brief_lines(short):
        invocation.say(line)
    invocation.say()
    program = sys.argv[0] if Path(sys.argv[0]).stem == "duijie" else "duijie"
    again = f'  {program} --home "{invocation.home.root}"'
    invocation.say(f"演示用时 {time.monotonic() - started:.0f} 秒。接着可以试：")
    invocation.say(f'{again} match --need N012 --filter "trl>=6"')
    invocation.say(f"{again} serve    # 网页工作台，用浏览器打开 http://127.0.0.1:8000/")


def _shortlist(scope: "Scope") -> "Shortlist":
    """Choose who goes on stage by the plan of the sample."""
    from service.roadshow.open_plan import open_plan
    from service.roadshow.shortlist import make_shortlist
    from service.sample import sample_file

    return make_shortlist(scope, open_plan(scope, sample_file("roadshow.toml")))


def _begin_anew(invocation: Invocation) -> None:
    """Turn this call to a demo folder of its own, and empty that."""
    home = invocation.settings.home / "demo"
    shutil.rmtree(home, ignore_errors=True)
    invocation.settings = invocation.settings.model_copy(update={"home": home})


def _fill(invocation: Invocation, *, quiet: bool) -> None:
    from service.importer.run import import_file
    from service.sample import SAMPLE_FILES, sample_file

    home = invocation.home
    with invocation.parts.open_store(invocation.settings) as store, writing(home):
        for side, name in SAMPLE_FILES.items():
            report = import_file(store, sample_file(name), side, rejects_folder=home.rejects)
            if not quiet:
                invocation.say(f"已导入样例{SIDE_NAMES[side]} {report.new:,} 条（{name}）")
        synced = bring_index_up_to_date(invocation, store, quiet=quiet)
        if not quiet:
            invocation.say(as_text(synced))
