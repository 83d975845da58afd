"""Words that say why a cell holds no value; the difference is kept, not lost."""

ABSENT = frozenset(
    {
        *("", "-", "--", "—", "——", "/", "\\", "无", "暂无", "没有", "空", "不详", "未知", "待定"),
        *("未定", "未填", "未填写", "未提供", "n/a", "na", "none", "null", "nan", "tbd"),
    }
)
NEGOTIABLE = frozenset(
    {
        *(
            "面议",
            "价格面议",
            "双方面议",
            "协商",
            "可协商",
            "双方协商",
            "协商确定",
            "另议",
            "面谈",
            "可议",
        ),
        *("协议定价", "双方协商确定", "协商定价", "可面议", "价格可议", "具体面议", "详谈", "议价"),
    }
)
OPEN_ENDED = frozenset(
    {
        *("不限", "无要求", "没有要求", "不要求", "长期", "长期有效", "无限期", "永久", "永久有效"),
        *("常年有效", "常年", "不限期", "无期限", "随时"),
    }
)
NOTHING = ABSENT | NEGOTIABLE | OPEN_ENDED

LONGEST_VALUE = 100
"""Characters of a date, an amount, a place or a name; what is longer is a sentence, not a value."""
