"""A plan as a page sends it: as an uploaded file, as TOML in a field, or otherwise."""

from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile

from service.roadshow.saved import NAME
from service.roadshow.toml_text import LARGEST


@dataclass(frozen=True, slots=True)
class SentText:
    """A plan as TOML.

    Attributes:
        content: at the most one byte more than a plan may have.
        name: of the file, for messages.
    """

    content: bytes
    name: str


async def text_of(form: FormData) -> SentText | None:
    """The plan as TOML; a file goes before the field. None where neither was sent."""
    upload = form.get("file")
    if isinstance(upload, UploadFile) and upload.filename:
        return SentText(await upload.read(LARGEST + 1), upload.filename[-100:])
    if form.get("as") == "toml":
        return SentText(str(form.get("plan", "")).encode("utf-8", "replace"), NAME)
    return None


def version_of(form: FormData) -> int:
    """The version that a plan is to take the place of; 0 where none is named."""
    given = str(form.get("version", ""))
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0
