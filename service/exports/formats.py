"""Which formats a list, and one match of it, can be had in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

ListFormat = Literal["xlsx", "docx", "pdf", "csv", "jsonl"]
SheetFormat = Literal["docx", "pdf"]


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its media type, and where its writer is (imported when it is asked for)."""

    media_type: str
    module: str
    function: str

    @property
    def write(self) -> Callable[..., bytes]:
        """The writer."""
        found: Any = getattr(import_module(self.module), self.function)
        return found  # type: ignore[no-any-return]


_OFFICE = "application/vnd.openxmlformats-officedocument"
LISTS: Mapping[ListFormat, Format] = {
    "xlsx": Format(f"{_OFFICE}.spreadsheetml.sheet", "service.exports.workbook", "as_xlsx"),
    "docx": Format(f"{_OFFICE}.wordprocessingml.document", "service.exports.document", "as_docx"),
    "pdf": Format("application/pdf", "service.exports.pdf", "as_pdf"),
    "csv": Format("text/csv; charset=utf-8", "service.exports.plain", "as_csv"),
    "jsonl": Format("application/x-ndjson", "service.exports.plain", "as_jsonl"),
}
SHEETS: Mapping[SheetFormat, Format] = {
    "docx": Format(
        f"{_OFFICE}.wordprocessingml.document", "service.exports.document", "sheet_as_docx"
    ),
    "pdf": Format("application/pdf", "service.exports.pdf", "sheet_as_pdf"),
}
