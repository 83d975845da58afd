"""What can go wrong in the matcher room.

MatchError
├── EmptyQueryError       the question has neither title nor text
├── UnknownRecordError    no record has this id
├── ResourceError         a file that ships with the package is missing or unreadable
├── FilterSyntaxError     a filter that cannot be understood
├── NoWeightsError        an encoder without fitted weights
├── EvaluationError       judgements that cannot be evaluated
├── BatchError            all needs against all achievements: a folder of results that does not fit
├── WorkerLostError       a process that did a part of such a job was ended from outside
├── MandateError          a mandate of capital that contradicts itself, or a pair nobody can judge
└── RoadshowError         a plan, a pool or a timetable that makes no sense
    ├── InfeasibleError   rules that cannot be kept together
    └── UnsolvedError     no answer within the time
"""


class MatchError(Exception):
    """Base of all errors of this room; the message is Chinese and says what to do next."""


class EmptyQueryError(MatchError):
    """The question has neither title nor text."""


class UnknownRecordError(MatchError):
    """No record has this id."""


class ResourceError(MatchError):
    """A file that ships with the package is missing or unreadable."""


class FilterSyntaxError(MatchError):
    """A filter that cannot be understood."""


class NoWeightsError(MatchError):
    """An encoder without fitted weights."""


class EvaluationError(MatchError):
    """Judgements that cannot be evaluated."""


class BatchError(MatchError):
    """A folder of results does not fit the job, or cannot be read."""


class WorkerLostError(MatchError):
    """A process that did a part of the job was ended from outside."""

    def __init__(self) -> None:
        super().__init__(
            "有一个工作进程被系统终止了（多半是内存不足）。已完成的部分都在；"
            "请减少 --workers 后重新运行同一条命令，会从中断处继续。"
        )


class MandateError(MatchError):
    """A mandate of capital that contradicts itself, or a pair that cannot be judged."""


class RoadshowError(MatchError):
    """A plan, a pool or a timetable that makes no sense."""


class UnsolvedError(RoadshowError):
    """No answer was found within the time; there may be one."""


class InfeasibleError(RoadshowError):
    """Rules that cannot be kept together; the message names the fewest that clash.

    Attributes:
        clash: these rules, in Chinese.
        changes: the cheapest way out, in Chinese, a bound or a wish each.
    """

    def __init__(
        self, message: str, clash: tuple[str, ...] = (), changes: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.clash, self.changes = clash, changes
