"""Many records in one request: all or nothing, or each for itself."""

from collections.abc import Sequence
from typing import Any, Literal

from fastapi import Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, ValidationError

from matcher.types import Side
from service.access.audit import note
from service.access.caller import Caller
from service.api.idempotency import Once, Reply
from service.api.records import SOURCE, repeated
from service.api.shapes import INPUT, Strict
from service.store.batch import ImportBatch, Incoming
from service.web.errors import InvalidError
from service.web.problems import said
from service.web.workplace import Workplace
from service.workbench import records

MOST = 1000
"""Records of one request."""
_TOLD = 5
_REFUSED = frozenset({"conflict", "rejected"})

Mode = Literal["all", "each"]
Status = Literal["new", "updated", "unchanged", "duplicate", "conflict", "rejected"]
_REASONS = {
    "duplicate": "内容与“{other}”相同，没有再写一遍。",
    "conflict": "这个编号在本次提交里已经出现过，内容却不同。",
}


class Many(Strict):
    """Many records; `mode` says what becomes of the good ones when one is bad."""

    mode: Mode = Field("all", description="all：有一条不能用就都不写；each：能写的都写")
    records: list[dict[str, Any]] = Field(min_length=1, max_length=MOST)


def many_of(shape: str) -> dict[str, Any]:
    """Describe, for the OpenAPI document, what the records are."""
    records_are = {"type": "array", "minItems": 1, "maxItems": MOST}
    records_are["items"] = {"$ref": f"#/components/schemas/{shape}"}
    mode = {"type": "string", "enum": ["all", "each"], "default": "all"}
    schema = {
        "type": "object",
        "additionalProperties": False,
        "required": ["records"],
        "properties": {"mode": mode, "records": records_are},
    }
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


class RecordOutcome(BaseModel):
    """What became of one record."""

    position: int = Field(description="第几条，从 1 起")
    id: str | None = Field(description="在地址里使用的编号；没有写入时为 null")
    status: Status
    message: str = ""


class ManyOut(BaseModel):
    """What became of the records."""

    counts: dict[Status, int]
    outcomes: list[RecordOutcome]


def put_many(place: Workplace, caller: Caller, side: Side, many: Many, key: str | None) -> Response:
    """Write records of the caller's, new or over earlier ones of the same id.

    Raises:
        InvalidError: in the mode `all`, one of them cannot be written.
    """
    once = Once.of(caller, key, f"import {side}", many.model_dump(mode="json"))
    good, outcomes = _read(caller, side, many.records)
    if many.mode == "all":
        _refuse(outcomes)
    with place.store.importing(side, SOURCE, holder=caller.holder) as batch:
        reply = once.known(batch.connection)
        if reply is None:
            reply = _write(batch, caller, side, many.mode, good, outcomes, once)
        else:
            batch.discard()
    place.changed()
    return JSONResponse(reply.body, reply.status, headers=repeated(reply))


def _read(
    caller: Caller, side: Side, given: Sequence[dict[str, Any]]
) -> tuple[dict[int, Incoming], dict[int, RecordOutcome]]:
    """Read records; what can be written, and what cannot, by position."""
    good: dict[int, Incoming] = {}
    bad: dict[int, RecordOutcome] = {}
    for position, values in enumerate(given, start=1):
        try:
            shape = INPUT[side].model_validate(values)
        except ValidationError as error:
            message = said(error.errors()[0], skip=0)
            bad[position] = RecordOutcome(
                position=position, id=None, status="rejected", message=message
            )
        else:
            good[position] = records.incoming(caller, side, shape.record(shape.id))
    return good, bad


def _write(
    batch: ImportBatch,
    caller: Caller,
    side: Side,
    mode: Mode,
    good: dict[int, Incoming],
    outcomes: dict[int, RecordOutcome],
    once: Once,
) -> Reply:
    written = records.put_all(batch, list(good.values()))
    for position, (id_, outcome) in zip(good, written, strict=True):
        kept = outcome.status not in ("duplicate", "conflict")
        message = _REASONS.get(outcome.status, "").format(other=outcome.other)
        outcomes[position] = RecordOutcome(
            position=position, id=id_ if kept else None, status=outcome.status, message=message
        )
    ordered = [outcomes[position] for position in sorted(outcomes)]
    if mode == "all":
        _refuse(outcomes)
    counts: dict[Status, int] = {}
    for one in ordered:
        counts[one.status] = counts.get(one.status, 0) + 1
    note(batch.connection, caller, "import", side, "", records=len(ordered))
    body = ManyOut(counts=counts, outcomes=ordered).model_dump(mode="json")
    return once.keep(batch.connection, 200, body)


def _refuse(outcomes: dict[int, RecordOutcome]) -> None:
    """Raise InvalidError if an outcome is not good; names the first few."""
    refused = [outcomes[at] for at in sorted(outcomes) if outcomes[at].status in _REFUSED]
    if not refused:
        return
    told = "".join(f"第 {one.position} 条：{one.message}" for one in refused[:_TOLD])
    raise InvalidError(
        f"有 {len(refused)} 条不能用，所以一条也没有写入。{told}"
        "改正后重发，或者用 mode=each 只写能用的。"
    )
