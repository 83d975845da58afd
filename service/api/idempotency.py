"""Writes that may be sent twice: the first answer is kept under the request's Idempotency-Key.

It is kept in the transaction of the write, so a key either has its write and its answer, or
neither. Two requests with one key take turns, as all writers do.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import Header
from sqlalchemy import Connection, delete, insert, select

from service.access.caller import Caller
from service.store.job_tables import ReplyRow
from service.web.errors import InvalidError

KEPT = timedelta(hours=48)

IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=128,
        pattern=r"^[\x21-\x7e]+$",
        description="可重发的写入：48 小时内同一个键、同样的内容，得到同样的回答，不会写两次",
        examples=["3f0c6a52-need-17"],
    ),
]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; a `repeated` one was given before."""

    status: int
    body: dict[str, Any]
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Once:
    """One write that is to happen once.

    Attributes:
        user_id: whose key it is.
        key: None for a write without one.
        digest: of what is written.
    """

    user_id: int
    key: str | None
    digest: str

    @classmethod
    def of(cls, caller: Caller, key: str | None, what: str, given: Mapping[str, Any]) -> "Once":
        """Name a write by what is done and what was sent."""
        sent = json.dumps([what, given], sort_keys=True, ensure_ascii=True, default=str)
        return cls(caller.user_id, key, hashlib.sha256(sent.encode()).hexdigest())

    def known(self, connection: Connection) -> Reply | None:
        """Return the answer that this write was given before.

        Raises:
            InvalidError: the key came with something else.
        """
        if self.key is None:
            return None
        connection.execute(delete(ReplyRow).where(ReplyRow.created_at < datetime.now(UTC) - KEPT))
        row = connection.execute(
            select(ReplyRow.request_hash, ReplyRow.status, ReplyRow.body).where(
                ReplyRow.user_id == self.user_id, ReplyRow.key == self.key
            )
        ).one_or_none()
        if row is None:
            return None
        if row.request_hash != self.digest:
            raise InvalidError("这个 Idempotency-Key 已经用于另一次写入。新的内容请换一个键。")
        return Reply(row.status, row.body, repeated=True)

    def keep(self, connection: Connection, status: int, body: dict[str, Any]) -> Reply:
        """Keep the answer, where the write has a key."""
        if self.key is not None:
            connection.execute(
                insert(ReplyRow).values(
                    user_id=self.user_id,
                    key=self.key,
                    request_hash=self.digest,
                    status=status,
                    body=body,
                    created_at=datetime.now(UTC),
                )
            )
        return Reply(status, body)
