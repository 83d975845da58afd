"""Reads forms within bounds."""

from fastapi import Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from service.web.errors import InvalidError

MOST_FILES, MOST_FIELDS = 1, 200
"""Of a multipart form; no page sends more."""


async def form_of(request: Request) -> FormData:
    """Read the form that was sent; whoever reads it first does so for all (Starlette keeps it).

    Its size is limited by `service.web.body_limit`.

    Raises:
        InvalidError: it cannot be read, or has too many files or fields.
    """
    try:
        return await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS)
    except HTTPException as error:
        if error.status_code != 400:
            raise
        raise InvalidError(
            "表单的内容读不出来。请用 multipart/form-data 格式，一次上传一个文件，"
            f"字段最多 {MOST_FIELDS} 个。"
        ) from error
