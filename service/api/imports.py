"""Upload of files of needs or achievements, which are imported in the background."""

from typing import Any, get_args
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from matcher.types import Side
from service.access.who import Place, Reader, Writer
from service.api.jobs import JobNumber, JobOut, Work, found, shaped
from service.api.problems import problems
from service.jobs import import_file
from service.jobs.intake import intake
from service.web.errors import NotFoundError

router = APIRouter(tags=["imports"])

_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "side"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "side": {"type": "string", "enum": list(get_args(Side))},
                        "mapping": {
                            "type": "string",
                            "description": 'JSON 对象：列名到字段，例如 {"名称": "title"}',
                        },
                        "dry_run": {"type": "boolean", "default": False},
                    },
                }
            }
        },
    }
}


@router.post(
    "/imports",
    summary="上传一个文件，在后台导入；回答里的作业说明进展和结果",
    status_code=202,
    openapi_extra=_FORM,
    responses=problems(401, 403, 413, 422, 429, 503),
)
async def upload(request: Request, place: Place, caller: Writer, worker: Work) -> JobOut:
    """Take in a file and queue its import."""
    job = await intake(request, place, caller)
    worker.tell()
    return shaped(worker, job)


@router.get(
    "/imports/{number}/rejects",
    summary="导入时被拒绝的行和原因，csv",
    response_class=Response,
    responses={
        200: {"content": {"text/csv": {"schema": {"type": "string"}}}},
        **problems(401, 403, 404, 422, 429),
    },
)
def rejects(place: Place, caller: Reader, number: JobNumber) -> Response:
    """Give the rows that could not be imported."""
    job = found(place, caller, number)
    path = import_file.rejects_file(place, number) if job.kind == "import" else None
    if path is None or not job.result.get("has_rejects"):
        raise NotFoundError(f"第 {number} 号作业没有被拒绝的行，或者还没有完成。")
    name = f"attachment; filename*=UTF-8''{quote(path.name)}"
    return Response(
        path.read_bytes(), 200, {"Content-Disposition": name}, "text/csv; charset=utf-8"
    )
