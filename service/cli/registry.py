"""Which commands there are; a command's own file is imported when it is called, not before.

A command's module has a function `run` whose annotated parameters are the command's arguments and
options, and may have `HELP`, a Chinese text that is longer than the summary here.
`service.cli.invocation.current()` gives `run` its settings, its home and the way to say things.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """One command.

    Attributes:
        name: What the user types.
        module: Where its `run` is; empty for a group.
        summary: One line of Chinese for the list of commands.
        commands: What a group holds.
    """

    name: str
    module: str
    summary: str
    commands: "tuple[CommandEntry, ...]" = ()


COMMANDS = (
    CommandEntry("demo", "service.cli.demo", "用自带样例演示一遍：导入、建索引、双向匹配并解释"),
    CommandEntry(
        "import", "service.cli.import_cmd", "导入需求、成果或资金（csv、xlsx、jsonl、docx、pdf）"
    ),
    CommandEntry("index", "service.cli.index_cmd", "更新索引，或重建索引"),
    CommandEntry(
        "duplicates", "service.cli.duplicates", "查找、复核、合并重复的需求或成果，可以撤销"
    ),
    CommandEntry("match", "service.cli.match", "为一条需求找成果，或为一项成果找需求，并解释"),
    CommandEntry("batch", "service.cli.batch", "为全部需求各找出前几名成果，写成 parquet 表"),
    CommandEntry(
        "requirements", "service.cli.requirements", "列出从一条需求里读出的要求，指标读成数值"
    ),
    CommandEntry("shortlist", "service.cli.shortlist", "按计划选出路演名单，证明、解释并导出"),
    CommandEntry("agenda", "service.cli.agenda", "按计划定邀请、排日程；有人缺席时重排"),
    CommandEntry("series", "service.cli.series", "把一年的许多场路演一起排，不漏掉哪家单位"),
    CommandEntry("package", "service.cli.package", "为一个领域或地区选出科技成果包"),
    CommandEntry("supply", "service.cli.supply", "列出产业链各环节的技术供给清单和空白"),
    CommandEntry("pairs", "service.cli.pairs", "双方各自排了志愿时，定下谁与谁见面"),
    CommandEntry(
        "events",
        "",
        "已办的路演：列出、撤销",
        (
            CommandEntry("list", "service.cli.events_list", "列出记下的活动"),
            CommandEntry("undo", "service.cli.events_undo", "撤销一场记下的活动"),
        ),
    ),
    CommandEntry("score", "service.cli.score", "为一批“需求–成果”对打分"),
    CommandEntry(
        "train",
        "",
        "用自己的标注训练匹配度模型",
        (CommandEntry("fit", "service.cli.train_fit", "用标注过的“需求–成果”对训练，并交叉验证"),),
    ),
    CommandEntry("evaluate", "service.cli.evaluate", "用标注数据评测匹配效果"),
    CommandEntry("repair", "service.cli.repair", "修复文本里的乱码、异形字和繁体，可以还原"),
    CommandEntry("quality", "service.cli.quality", "为描述质量打分，说明该补充什么"),
    CommandEntry("serve", "service.cli.serve", "启动网页工作台和接口"),
    CommandEntry(
        "user",
        "",
        "管理用户：添加、列出、重置密码、创建密钥",
        (
            CommandEntry("add", "service.cli.user_add", "添加用户，打印一次性密码"),
            CommandEntry("list", "service.cli.user_list", "列出所有用户"),
            CommandEntry("reset", "service.cli.user_reset", "重置密码，打印新的一次性密码"),
            CommandEntry("key", "service.cli.user_key", "创建或吊销接口密钥"),
        ),
    ),
    CommandEntry("backup", "service.cli.backup", "把整个数据目录备份成一个文件，不用停止服务"),
    CommandEntry("restore", "service.cli.restore", "从备份文件恢复数据目录"),
    CommandEntry("doctor", "service.cli.doctor", "检查安装、模型、数据库和索引"),
)
