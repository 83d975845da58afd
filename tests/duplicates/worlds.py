"""Records written for these tests."""

from matcher.types import Achievement

BODY = (
    "以双目相机定位果实，遮挡三成时仍能识别。末端执行器带柔性指，单果采收时间6 s，损伤率低于3%。"
    "整机由履带底盘驱动，15°坡地行走平稳。已在两个山地果园试用两季，采净率92%。"
)
PICKER = Achievement(id="A1", title="山地果园苹果采摘机器人", text=BODY, owner="东澜理工大学")
COPY = Achievement(
    id="B1",
    title="一种用于山地果园的苹果采摘机器人技术",
    text="整机由履带底盘驱动，15°坡地行走平稳。以双目相机定位果实，遮挡三成时仍能识别。"
    "末端执行器带柔性指，单果采收时间6 s，损伤率低于3%。",
    owner="东澜理工大学机械工程学院",
)
