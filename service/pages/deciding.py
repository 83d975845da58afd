"""What a person says of one match, from the list and from the side-by-side view alike."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from service.access.who import Place, Writer
from service.pages.colleagues import colleagues
from service.pages.render import page
from service.web.errors import ConflictError, InvalidError
from service.web.forms import form_of
from service.workbench.decision_words import REASONS, STATUSES, VERDICTS, Decision, Judgement
from service.workbench.decisions import decide, decision_of

router = APIRouter()
SAME = "same"
"""The verdict of the button that keeps the verdict and saves the rest."""


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What could not be kept.

    Attributes:
        note: as it was written.
        overtaken: a colleague has said something else meanwhile.
        rejecting: it was to be a rejection.
    """

    note: str
    overtaken: bool
    rejecting: bool


@router.post("/decisions")
async def keep(request: Request, place: Place, caller: Writer) -> Response:
    """Keep what a person says; answers with the form as it stands now, and with what went wrong."""
    form = await form_of(request)
    need, achievement = _word(form, "need"), _word(form, "achievement")
    problem, status = "", 200
    decision: Decision | None
    try:
        said = judgement(form)
        decision = await place.compute(decide, place, caller, need, achievement, said)
    except (ConflictError, InvalidError) as error:
        problem, status = str(error), error.status
        decision = await run_in_threadpool(decision_of, place, caller, need, achievement)
    return page(
        request,
        "matches/decide.html",
        caller,
        status=status,
        decision=decision,
        problem=problem,
        unsaved=_unsaved(form, decision) if problem else None,
        nid=need,
        aid=achievement,
        key=_word(form, "key"),
        people=await run_in_threadpool(colleagues, place, caller),
        reasons=REASONS,
        statuses=STATUSES,
    )


def _unsaved(form: FormData, decision: Decision | None) -> Unsaved:
    """What the person wrote and pressed; nobody shall have to write it again."""
    note = _word(form, "note")
    # Where a colleague has come first, their note stands in the field and this one above it.
    overtaken = decision is not None and str(decision.version) != _word(form, "version")
    return Unsaved(note, overtaken, _word(form, "verdict") == "rejected")


def judgement(form: FormData) -> Judgement:
    """Read the form; reasons count for a rejection alone, which also ends what was under way.

    Raises:
        InvalidError: a value cannot be used.
    """
    pressed = _word(form, "verdict")
    verdict = next((v for v in VERDICTS if v == pressed), None)
    if verdict is None:
        before = _word(form, "before")
        verdict = next((v for v in VERDICTS if pressed == SAME and v == before), None)
    status = next((s for s in STATUSES if s == _word(form, "status")), None)
    chosen = form.getlist("reasons")
    if verdict is None or status is None or any(one not in REASONS for one in chosen):
        raise InvalidError("结论、进度或原因不是可选的值。请刷新页面后重试。")
    rejected = verdict == "rejected"
    return Judgement(
        verdict=verdict,
        level=_number(form, "level"),
        reasons=tuple(one for one in REASONS if rejected and one in chosen),
        note=_word(form, "note"),
        status="放弃" if rejected and status else status,
        assigned_to=_number(form, "assigned_to"),
        version=_number(form, "version") or 0,
    )


def _word(form: FormData, name: str) -> str:
    found = form.get(name, "")
    return found if isinstance(found, str) else ""


def _number(form: FormData, name: str) -> int | None:
    word = _word(form, name)
    if not word:
        return None
    if not (word.isascii() and word.isdigit() and len(word) < 19):
        raise InvalidError(f"“{word}”不是有效的编号。请刷新页面后重试。")
    return int(word)
