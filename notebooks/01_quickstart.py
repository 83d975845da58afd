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
# # 快速上手：在 Python 里匹配需求与成果
#
# 这本笔记用自带样例中的一部分，走一遍命令行背后的每一步：读入、建索引、匹配、看理由、评测。
# 用的是快速编码器；换成默认的 `e5-small-zh-int8`，其余代码不变。

# %%
from matcher.embed import Centre, Embedder
from matcher.indexer import create, update
from matcher.pipeline import Matcher, SearchSide
from matcher.scoring import score_pairs
from matcher.text.segment import JiebaSegmenter
from matcher.types import Achievement, Need
from matcher.weight_file import Weights
from models.registry import FAST_ENCODER, load_encoder
from service.present import list_as_text
from service.sample import sample_judgements

sample = sample_judgements()
print(len(sample.needs), "条需求，", len(sample.achievements), "项成果")

# %% [markdown]
# ## 编码器与权重
# 每个编码器有自己的权重（余弦值在不同模型之间没有可比性），随程序提供。

# %%
encoder = load_encoder(FAST_ENCODER)
weights = Weights.shipped(FAST_ENCODER)
embedder = Embedder(encoder, encoder, Centre.stored(weights.centre))
segmenter = JiebaSegmenter()

# %% [markdown]
# ## 建两侧的索引


# %%
class Records:
    """按编号取回记录；命令行用数据库，这里用字典就够了。"""

    def __init__(self, records: list) -> None:
        self.by_id = {record.id: record for record in records}

    def get_many(self, ids: list) -> list:
        return [self.by_id[id_] for id_ in ids if id_ in self.by_id]


sides = {}
for side, records in (("need", sample.needs), ("achievement", sample.achievements)):
    bundle = create(side, embedder, segmenter)
    update(bundle, records, [], embedder, segmenter)
    sides[side] = SearchSide(bundle, Records(records))

matcher = Matcher(sides, embedder, segmenter, weights)

# %% [markdown]
# ## 为一条需求找成果

# %%
need = next(one for one in sample.needs if one.id == "N070")
answer = matcher.match(need, k=3)
print("\n".join(list_as_text(answer)))

# %% [markdown]
# 理由加起来正好是匹配度的对数几率：

# %%
best = answer.matches[0]
total = best.base + sum(one.contribution for one in best.evidence)
print(f"合计 {total:.4f}，匹配度 {best.score:.4f}")

# %% [markdown]
# ## 反方向，以及一段没有入库的文字

# %%
print("\n".join(list_as_text(matcher.match(best.record, k=3))))
print("\n".join(list_as_text(matcher.match(Need(id="", text="寻求低温固化的粉末涂料"), k=3))))

# %% [markdown]
# ## 不建索引，直接给一对文字打分

# %%
pair = (Need(id="", title="电池隔热垫"), Achievement(id="", title="二氧化硅气凝胶绝热片"))
(fit,) = score_pairs([pair], embedder, segmenter, weights)
print({level.label: round(p, 3) for level, p in fit.probabilities.items()})
