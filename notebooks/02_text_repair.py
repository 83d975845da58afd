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
# # 文本修复：每条规则做什么，怎么撤销
#
# 从网页、扫描件和层层转发里来的文本，常有繁体、火星文、形近字、被整篇替换的词、丢失的标点。
# 直接用繁简转换工具会改错专业词（鈈 → 钚），按字表硬换会毁掉氮化镓。这里每一处改动都由上下文决定、
# 有记录、可撤销。
#
# 设置了环境变量 `DUIJIE_DATA` 时，本笔记读其中 `seeds/003…` 这份真实文件；否则用下面自写的一段。

# %%
import os
from collections import Counter
from pathlib import Path

from matcher.text.repair import MARKS, RULES, repair, undo
from matcher.text.repair.gb2312 import GB2312

WRITTEN = """您現在的位置是:首頁 > 通知公告
各有關單位:
  为加快推进我市先進技术荿果轉化移转化制定本办法。鼓励国镓大学科技园建设中试基地，支持氮化镓等第三代半导体材料的研发。
  一、健铨我市先进技术成果转囮化服务体系，建立登记汇茭制度，20276月底前建成(市科委、市财政局、市教委)。
  二、完善我市先进技术成果转化化激励办法，在鈈涉及商业秘密的前提下公开信息，落实我市先进技术成果转化移转化奖励。
  三、探索我市先进技术成果转化化的噺模式，开展我市先进技术成果转化移转化培训，建设产业创新Φ心。
随机推荐
"""
folder = os.environ.get("DUIJIE_DATA")
found = sorted(Path(folder).glob("seeds/003*")) if folder else []
original = found[0].read_text("utf-8") if found else WRITTEN
repaired = repair(original)

# %% [markdown]
# ## 前后对照
# GB 2312 之外的汉字是乱码程度的一个粗略指标。

# %%


def share_outside(text: str) -> float:
    """Share of the Chinese characters that are not in GB 2312."""
    han = [char for char in text if "\u3400" <= char <= "\u9fff"]
    return sum(char not in GB2312 for char in han) / max(1, len(han))


print(original[:600])
print("—" * 40)
print(repaired.text.text[:600])
before, after = share_outside(original), share_outside(repaired.text.text)
print(f"GB 2312 之外的汉字：修复前 {before:.2%}，修复后 {after:.2%}")

# %% [markdown]
# ## 逐条规则
# 规则按固定顺序执行：先还原异形字，再转简体，最后才找被替换的词——顺序反了就会改错。

# %%
for rule in RULES:
    own = [change for change in repaired.changes if rule.name in change.rule.split("+")]
    print(f"{rule.title}（{rule.name}）：{rule.reason}；本文 {len(own)} 处")
    for (old, new), times in Counter((one.before, one.after) for one in own).most_common(5):
        print(f"    {old!r} → {new!r}  ×{times}")
for mark in MARKS:
    marked = [one for one in repaired.marks if one.rule == mark.name]
    print(f"{mark.title}（{mark.name}）：{mark.reason}；本文 {len(marked)} 处，只标记，不删除")

# %% [markdown]
# ## 为什么是“看上下文”
# 同一个字，在一处是错字，在另一处是术语。

# %%
for text in (
    "国镓大学科技园",
    "氮化镓功率器件",
    "在鈈涉及秘密的前提下",
    "鈈的萃取分离",
    "茭白种植",
):
    print(f"{text} → {repair(text).text.text}")

# %% [markdown]
# ## 撤销
# 记录里有每一处的位置、原文、改后、规则和把握，据此能一字不差地回到原文。

# %%
for change in repaired.changes[:5]:
    print(change)
assert undo(repaired.text.text, repaired.changes) == original

# %% [markdown]
# ## 关掉一条规则
# 例如不做繁简转换：`repair(text, without={"traditional"})`；
# 命令行是 `duijie repair 文件 --without traditional`。

# %%
print(repair("技術轉移與成果轉囮", without={"traditional"}).text.text)
