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
# # 评测：清单排得好不好，匹配度可不可信，改动有没有用
#
# `duijie evaluate` 背后的每一步，用自带样例走一遍。换成自己的需求、成果和标注，其余代码不变。
#
# **先说清楚：** 随程序提供的权重正是用自带样例拟合的，所以下面的数字偏乐观，只用来说明怎么读。
# 真正的成绩要看没有参与拟合的数据（`docs/benchmarks.md`）。

# %%
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from matcher.evaluation import breakdown
from matcher.evaluation.agreement import level_agreement
from matcher.evaluation.calibration import reliability
from matcher.evaluation.outcome import compare, level_curve
from matcher.evaluation.requirements import extraction
from matcher.types import Record, Requirement, RequirementKind, Span
from models.registry import FAST_ENCODER
from service import bootstrap
from service.evaluation.document import document
from service.evaluation.files import Files, evaluate_files
from service.evaluation.page import page
from service.evaluation.saved import load, save
from service.sample import sample_file, sample_judgements
from service.settings import load_settings

folder = TemporaryDirectory()
home = Path(folder.name)
settings = load_settings(home=home, encoder=FAST_ENCODER)
sample = Files(*map(sample_file, ("needs.csv", "achievements.csv", "qrels.jsonl")))


# 为省时间只在每条需求已标注的成果中排序；candidates="all" 则在全部成果中排序
closer = evaluate_files(
    settings,
    bootstrap,
    sample,
    candidates="judged",
    fast=False,
    program="notebook",
    progress=lambda step, share: None,
)

# %% [markdown]
# ## 指标与区间
#
# 区间由“重抽需求”得出：同一条需求的各对彼此相似，若逐对抽样，区间会窄得骗人。

# %%
for name, one in closer.outcome.figures().items():
    print(f"{name:<12}{one.value:.3f}  [{one.low:.3f}, {one.high:.3f}]")

# %% [markdown]
# ## 比最简单的办法好多少：配对比较
#
# 对照：按共同的字对（Jaccard 系数）排序。两份清单来自同一批需求，所以逐条需求相减。
# 区间不含 0，才说得上有差别；p 是“两者其实一样好”时碰巧出现这么大差值的机会。
# 对照只换了次序，没有自己的等级，所以 MAE 等五项没有差别。


# %%
def bigrams(record: Record) -> set[str]:
    """标题与正文里相邻的字对。"""
    text = record.title + record.text
    return {text[at : at + 2] for at in range(len(text) - 1)}


records = sample_judgements()
grams = {one.id: bigrams(one) for one in (*records.needs, *records.achievements)}


def shared(need: str, achievement: str) -> float:
    """共同字对占全部字对的比例。"""
    return len(grams[need] & grams[achievement]) / len(grams[need] | grams[achievement])


simple = {
    need: sorted(levels, key=lambda id_: -shared(need, id_))
    for need, levels in closer.outcome.qrels.items()
}
plain = replace(closer, outcome=replace(closer.outcome, run=simple))
for name, one in compare(closer.outcome, plain.outcome).items():
    print(f"{name:<12}{one.value:+.3f}  [{one.low:+.3f}, {one.high:+.3f}]  p = {one.p:.3f}")

# %% [markdown]
# 结果可以存下来，改了程序或权重以后再比。文件里只有编号和分数，没有正文。

# %%
save(plain, home / "plain.json")
assert load(home / "plain.json").outcome.digest == plain.outcome.digest

# %% [markdown]
# ## 匹配度可信吗：可靠性
#
# 匹配度 0.8 的那些对，应当有大约八成真正合适。

# %%
judged = closer.outcome.judged()
for part in reliability([one.said.score for one in judged], [one.truth >= 3 for one in judged]):
    bar = "█" * round(30 * part.observed)
    print(f"匹配度 {part.promised:.2f}  实际 {part.observed:.2f}  {bar}")

# %% [markdown]
# ## 没有把握的留给人看：风险–覆盖曲线
#
# 从最有把握的开始保留，看等级平均差几级。曲线左低右高，说明程序知道自己什么时候没有把握。

# %%
curve = level_curve(closer.outcome)
for share in (0.1, 0.25, 0.5, 0.75, 1.0):
    at = max(0, round(share * len(curve.risk)) - 1)
    print(f"保留 {curve.coverage[at]:.0%}：平均差 {curve.risk[at]:.2f} 级")
print(f"AURC {curve.area:.3f}（把握完全可信时 {curve.best:.3f}）")

# %% [markdown]
# ## 错在哪里

# %%
for title, groups in (
    ("行业", breakdown.by_industry(closer.outcome, closer.traits.industries)[:8]),
    ("需求长度", breakdown.by_need_length(closer.outcome, closer.traits.need_lengths)),
    ("最差的需求", breakdown.by_need_alone(closer.outcome)[:5]),
):
    print(title)
    for one in groups:
        print(f"  {one.name}：{one.pairs} 对，nDCG@10 {one.ndcg:.2f}，等级差 {one.error:.2f}")

# %% [markdown]
# ## 一页报告
# 命令行是 `duijie evaluate … --html 报告.html`。

# %%
(home / "报告.html").write_text(page(document(closer, load(home / "plain.json"))), "utf-8")
print((home / "报告.html").stat().st_size, "字节")

# %% [markdown]
# ## 要求抽取与标注一致性
#
# 找到的要求与标注的要求一对一配对，重叠（交并比）不小于一半才算。

# %%
text = "用于海上风电叶片的涂层，耐盐雾不少于3000小时，与现有产线兼容。"


def marked(kind: RequirementKind, words: str) -> Requirement:
    """标出一条要求。"""
    start = text.index(words)
    return Requirement(words, kind, Span("text", start, start + len(words), words))


gold = [marked("application", "海上风电叶片"), marked("indicator", "耐盐雾不少于3000小时")]
found = [marked("application", "用于海上风电叶片"), marked("effect", "与现有产线兼容")]
told = extraction({"N": found}, {"N": gold})
shares = told.overall.precision, told.overall.recall, told.overall.f1
print("准确率 {:.2f}，召回率 {:.2f}，F1 {:.2f}".format(*shares))

# %% [markdown]
# 请两个人各自标注一部分同样的对，先看他们彼此是否一致：模型不可能比标注更可靠。

# %%
first = {("N1", "A1"): 4, ("N1", "A2"): 1, ("N2", "A3"): 3, ("N2", "A4"): 2}
second = {("N1", "A1"): 4, ("N1", "A2"): 2, ("N2", "A3"): 3, ("N2", "A4"): 2}
print(level_agreement(first, second))
folder.cleanup()
