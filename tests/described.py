"""A need and an achievement that are described as well as can be."""

from matcher.types import Achievement, Need

FULL_NEED = Need(
    id="N1",
    title="发动机叶片抗氧化涂层",
    text=(
        "目前叶片在1100℃的燃气中工作，现用涂层两百小时就剥落，无法满足大修间隔。\n"
        "希望采用热障涂层，寿命不少于2000小时，厚度0.2～0.3mm，结合强度≥40MPa。\n"
        "用于燃气轮机一级叶片，可以接受中试阶段的技术，样件由我方试车。"
        "需要工艺包和设备清单，并对操作人员进行培训，验收以台架试验的结果为准，"
        "试验大纲由双方商定，首批加工一百片。"
    ),
    cooperation="联合开发",
    budget_wan=200.0,
)
FULL_ACHIEVEMENT = Achievement(
    id="A1",
    title="等离子喷涂热障涂层",
    text=(
        "采用悬浮液等离子喷涂制备双层热障涂层，用于高温合金叶片。"
        "1150℃循环氧化500次不剥落，结合强度45MPa，寿命比进口涂层提高30%。"
        "已在三种发动机叶片上应用，累计运行6000小时，有两条生产线可以批量加工，并可提供工艺培训和设备。"
    ),
    trl=8,
    ip="发明专利3项",
    transfer_modes=("技术许可",),
    price_wan=80.0,
)
