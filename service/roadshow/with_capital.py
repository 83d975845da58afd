"""The list of a roadshow with the third side: funds and banks that its organisation may see."""

from datetime import datetime

from service.roadshow.capital import Capital, capital_of
from service.roadshow.on_behalf import scope_for
from service.roadshow.opening import opened
from service.roadshow.saved import Saved
from service.roadshow.shortlist import Shortlist
from service.web.errors import NotFoundError
from service.web.workplace import Workplace


def with_capital(place: Workplace, one: Saved) -> tuple[Shortlist, Capital | None]:
    """Choose the triples, anew each time: what may be seen now counts.

    Raises:
        NotFoundError: nobody was chosen by this plan yet.
    """
    short = opened(place, one).short
    return short, capital_of(scope_for(place, one.heading.owner), short)


def capital_file(place: Workplace, one: Saved, made: datetime) -> bytes:
    """Write the triples as a workbook.

    Raises:
        NotFoundError: nobody was chosen yet, or there are no mandates.
    """
    from service.exports.roadshow_capital import capital_as_xlsx

    short, capital = with_capital(place, one)
    if capital is None:
        raise NotFoundError(
            "还没有资金方的要求，没有三方对接。请管理员先导入（duijie import mandates）。"
        )
    return capital_as_xlsx(short, capital, made)
