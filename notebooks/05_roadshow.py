# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 一场路演：名单、理由、邀请、日程
#
# 命令行是 `duijie shortlist 计划.toml` 和 `duijie agenda 计划.toml`（见 docs/roadshow.md）。
# 这里在自带的样例上把同样的步骤走一遍，大约一分钟，多半是建索引。

# %%
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from matcher.roadshow.choose import select
from matcher.roadshow.draws import sensitivity
from matcher.roadshow.measures import measure
from matcher.roadshow.reasons import force
from service import bootstrap
from service.importer.run import import_file
from service.roadshow.errors import PlanFileError
from service.roadshow.meetings import make_agenda, make_invitations, without
from service.roadshow.plan_file import read_plan
from service.roadshow.present import rejected_lines, shortlist_as_text
from service.roadshow.present_agenda import agenda_as_text, change_lines, invitations_as_text
from service.roadshow.scope import Scope
from service.roadshow.shortlist import make_shortlist
from service.sample import SAMPLE_FILES, sample_file
from service.settings import Home, load_settings
from service.sync import bring_up_to_date

folder = TemporaryDirectory()
settings = load_settings(home=Path(folder.name))
home = Home(settings.home)
store = bootstrap.open_store(settings)
for side, name in SAMPLE_FILES.items():
    import_file(store, sample_file(name), side, rejects_folder=home.rejects)
bring_up_to_date(store, home, bootstrap.make_indexer(settings))
scope = Scope(store, bootstrap.make_matcher(settings, store), home)

# %% [markdown]
# ## 计划文件
#
# 全部错处一次说完，各有行号：

# %%
try:
    read_plan(
        """[event]
sise = 6
[candidates]
must = ["A9999"]
[[quota]]
dimension = "行业"
value = "量子"
least = "120%"
""".encode(),
        "计划.toml",
        scope.known,
    )
except PlanFileError as error:
    print(error)

# %% [markdown]
# 样例的计划：

# %%
plan = read_plan(sample_file("roadshow.toml").read_bytes(), "roadshow.toml", scope.known)
print(plan.event)
print([(one.dimension, one.value, one.least, one.most) for one in plan.quota])

# %% [markdown]
# ## 名单，以及它有多好

# %%
short = make_shortlist(scope, plan)
for line in shortlist_as_text(short):
    print(line)

# %% [markdown]
# ## 为什么没有它
#
# 没选中的每一项都有理由。硬要它登台，重新求解，看少多少分：

# %%
pool = short.built.pool
for one in short.reasons.rejected[:3]:
    for line in rejected_lines(short, one.id):
        print(line)
    changed = force(pool, short.plan, short.selection, one.id)
    print("  代价：", "做不到" if changed is None else f"{changed.loss:.3f} 分")

# %% [markdown]
# ## 名单有多稳
#
# 匹配等级是概率。按概率抽几次结果，各自重新求最优，看谁总在名单里：

# %%
drawn = sensitivity(pool, short.plan, short.selection, draws=20)
for id_, share in drawn.stays.items():
    print(f"{share:>5.0%}  {short.entrant(id_).title}")
print(f"事先知道结果，平均能多得 {drawn.regret:.2f} 分（{drawn.share:.1%}）")

# %% [markdown]
# ## 换一套权重
#
# 把描述质量、行业多样的分去掉，只看需求覆盖；再比较两份名单的各项度量：

# %%
only = replace(short.plan.worth, quality=0.0, freshness=0.0, diversity=0.0, fairness=0.0)

other = select(pool, replace(short.plan, worth=only))
for name, chosen in (("原来", short.selection), ("只看覆盖", other)):
    figures = measure(pool, short.plan, chosen.chosen)
    print(f"{name}：覆盖 {figures.coverage:.2f}，差异 {figures.distance:.2f}，{chosen.status}")

# %% [markdown]
# ## 邀请和日程

# %%
invited = make_invitations(short)
for line in invitations_as_text(invited):
    print(line)
kept = make_agenda(invited)
for line in agenda_as_text(kept):
    print(line)

# %% [markdown]
# 有一家缺席，其余尽量不动：

# %%
if kept.agenda.meetings:
    first = kept.agenda.meetings[0].request
    party = next(one.guest for one in kept.plan.requests if one.id == first)
    after, found = without(kept, party)
    print(f"{party} 缺席，改时间的洽谈占 {found.moved_share:.0%}")
    for line in change_lines(kept, after, found.changes):
        print(line)
store.close()
folder.cleanup()
