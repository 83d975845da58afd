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
# # 用自己的标注训练
#
# 每个单位对“较强相关”的尺度不一样。把自己判断过的“需求–成果”对交给程序，它会学到你们的尺度，
# 并记住每一条标注：相近的需求、相近的成果，当时得到的等级比预想的高还是低。
#
# 命令行是 `duijie train fit --pairs 标注.csv --out 模型`，然后
# `duijie score 文件 --model 模型 --out 结果.csv`。这里把同样的步骤走一遍。
#
# **先说清楚：** 自带样例正是随程序提供的权重学过的，所以“随程序提供”一栏的数字偏高，
# 这里只用来说明怎么用、怎么读。换成自己的标注，比较才公平。

# %%
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from models.registry import FAST_ENCODER
from service import bootstrap
from service.cli.train_fit import lines
from service.pairs import score_file
from service.sample import sample_judgements
from service.settings import load_settings
from service.training.fitted import fit_labels
from service.training.folder import put_model
from service.training.labels import read_labels

folder = TemporaryDirectory()
home = Path(folder.name)
settings = load_settings(home=home, encoder=FAST_ENCODER)

# %% [markdown]
# ## 标注文件
#
# 每行一对：需求编号、需求和成果的标题与正文、等级 1–4。这里假设本单位比样例的标注人宽松：
# “弱相关”有一半算作“较强相关”（按编号的奇偶来定，只为演示）。

# %%
sample = sample_judgements()
achievements = {one.id: one for one in sample.achievements}
rows = []
for need in sample.needs[:40]:
    for id_, level in sample.levels.get(need.id, {}).items():
        offered = achievements[id_]
        lenient = level == 2 and int(id_[-1]) % 2 == 0
        rows.append(
            {
                "need_id": need.id,
                "need_title": need.title,
                "need_text": need.text,
                "achievement_title": offered.title,
                "achievement_text": offered.text,
                "level": 3 if lenient else level,
            }
        )
file = home / "标注.jsonl"
file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
labels = read_labels(file)
print(len(labels), "对标注")

# %% [markdown]
# ## 训练与交叉验证
#
# 按需求分折：检验的需求一条标注也没有用来拟合，这是“来了一条新需求”时的成绩。
# 按对分折：检验的需求有一部分成果标注过，这是“同一条需求又来了几项成果”时的成绩。

# %%
comparer = bootstrap.make_comparer(settings)
model, card = fit_labels(labels, comparer, ["pair"], lambda step, share: None)
for line in lines(card):
    print(line)

# %% [markdown]
# `mae` 越小越好，`ece` 是匹配度与实际的差距，也是越小越好；其余越大越好。方括号里是 95% 区间。
#
# ## 存下来，再用来打分

# %%
put_model(home / "模型", model, card)
score = bootstrap.make_own_scorer(settings, home / "模型")
print(score_file(file, home / "结果.jsonl", score, lambda share, count: None))
first = json.loads((home / "结果.jsonl").read_text("utf-8").splitlines()[0])
print({name: first[name] for name in ("p1", "p2", "p3", "p4", "score", "level")})

# %% [markdown]
# ## 模型里有什么
#
# `model.json` 是权重，人可以读；`memory.npz` 是记住的标注，只有向量和数，没有原文。
# 下面是有标注的需求所用的权重：`memory_` 开头的是回忆到的标注。

# %%
for offer, one in model.known.by_offer.items():
    told = {name: round(weight, 2) for name, weight in one.weights.items() if weight > 0.005}
    print(f"{offer:<12}{told}")
print(sorted(one.name for one in (home / "模型").iterdir()))
folder.cleanup()
