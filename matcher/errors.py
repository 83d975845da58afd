"""What can go wrong in the matcher room.

MatchError
├── EmptyQueryError       the question has neither title nor text
├── UnknownRecordError    no record has this id
├── ResourceError         a file that ships with the package is missing or unreadable
├── FilterSyntaxError     a filter that cannot be understood
├── NoWeightsError        an encoder without fitted weights
└── EvaluationError       judgements that cannot be evaluated
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
