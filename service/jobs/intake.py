"""Takes in an upload, by the API or from a page, and queues its import."""

import json
from collections.abc import Iterable
from typing import cast, get_args

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from matcher.types import Side
from service.access.audit import note
from service.access.caller import Caller
from service.errors import UnknownFieldError
from service.importer.mapping import parse_choices
from service.importer.readers import advice_for, can_open
from service.jobs import queue, uploads
from service.jobs.import_file import Upload, ask
from service.jobs.queue import Job
from service.web.errors import InvalidError
from service.web.forms import form_of
from service.web.workplace import Workplace

_TRUE = {"true": True, "1": True, "on": True, "false": False, "0": False, "": False}


async def intake(request: Request, place: Workplace, caller: Caller) -> Job:
    """Read a form with `file`, `side` and perhaps `mapping` and `dry_run`, and queue the import.

    In the place of `mapping` a page may send `column` and `field`, each as often as the other.

    The form is read here, not by the route's parameters, so that nothing is read for somebody who
    may not write.

    Raises:
        InvalidError: something of it cannot be used.
    """
    form = await form_of(request)
    try:
        return await run_in_threadpool(_queue, place, caller, form)
    finally:
        await form.close()


def _queue(place: Workplace, caller: Caller, form: FormData) -> Job:
    file, side = form.get("file"), _side(form.get("side"))
    if not isinstance(file, UploadFile) or not file.filename:
        raise InvalidError("没有收到文件。请在 file 里上传一个文件。")
    name = uploads.safe_name(file.filename)
    if not can_open(name):
        raise InvalidError(f"文件“{name}”的格式不能导入。{advice_for(name)}")
    chosen = _mapping(form.get("mapping"), side) or _chosen(form, side)
    dry_run = _TRUE.get(str(form.get("dry_run") or "").lower())
    if dry_run is None:
        raise InvalidError("dry_run 要写 true 或 false。")
    folder = uploads.keep(place.home, file.file, name)
    upload = Upload(side, folder, name, chosen, dry_run)
    with place.store.writing() as (connection, _, _):
        number = ask(connection, caller, upload)
        note(connection, caller, "upload", side, number, bytes=file.size, dry_run=dry_run)
        return queue.find(connection, caller, number)


def _side(given: object) -> Side:
    if given not in get_args(Side):
        raise InvalidError("side 要写 need（需求）或 achievement（成果）。")
    return cast("Side", given)


def _mapping(given: object, side: Side) -> dict[str, str]:
    """Read which column fills which field."""
    if not given:
        return {}
    try:
        mapping = json.loads(str(given))
    except (ValueError, RecursionError) as error:
        raise InvalidError("mapping 不是有效的 JSON。") from error
    if not isinstance(mapping, dict) or not all(isinstance(one, str) for one in mapping.values()):
        raise InvalidError('mapping 要写成 JSON 对象，例如 {"名称": "title"}。')
    return _parsed(mapping.items(), side)


def _chosen(form: FormData, side: Side) -> dict[str, str]:
    """Read the pairs of a page; what is not filled is left out."""
    columns, fields = (map(str, form.getlist(name)) for name in ("column", "field"))
    pairs = zip(columns, fields, strict=False)
    return _parsed([(column, field) for column, field in pairs if column.strip() and field], side)


def _parsed(pairs: Iterable[tuple[str, str]], side: Side) -> dict[str, str]:
    try:
        return parse_choices([f"{column}={field}" for column, field in pairs], side)
    except UnknownFieldError as error:
        said = str(error).replace("--map 的写法是“列名=字段”，而", "mapping 里的")
        raise InvalidError(said) from error
