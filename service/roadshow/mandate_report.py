"""What became of a file of mandates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class MandateReport:
    """Counts, and in Chinese what people should know.

    Attributes:
        rejected: (place, reason) of rows that cannot become a mandate.
        warnings: (place, message) of values that could not be read.
        ignored: headings that are no field; `personal` ones are never kept.
    """

    file: str
    read: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    personal: list[str] = field(default_factory=list)

    def reject(self, place: str, reason: str) -> None:
        """Count a row that was left out."""
        self.rejected.append((place, reason))

    def warn(self, place: str, message: str) -> None:
        """Keep what should be looked at."""
        self.warnings.append((place, message))

    def columns(self, known: Mapping[str, str | None], is_personal: Callable[[str], bool]) -> None:
        """Sort out the headings that are no field."""
        for heading in (name for name, one in known.items() if one is None):
            (self.personal if is_personal(heading) else self.ignored).append(heading)

    def as_json(self) -> dict[str, Any]:
        """Shape it for programs."""
        return {
            "file": self.file,
            "read": self.read,
            "new": self.new,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": [{"place": place, "reason": reason} for place, reason in self.rejected],
            "warnings": [{"place": place, "message": told} for place, told in self.warnings],
            "ignored_columns": self.ignored,
            "personal_columns": self.personal,
        }
