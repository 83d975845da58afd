"""Records into a searchable bundle: one side, kept up to date record by record."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from indexing.bundle import Bundle, Entry
from indexing.columns import ColumnKind, Value
from matcher.documents import Document, side_of
from matcher.embed import Embedder
from matcher.features import form_of
from matcher.fields import FIELDS_VERSION, read_fields
from matcher.protocols import Segmenter
from matcher.text.repair import repair_fingerprint
from matcher.types import Record, Side

COLUMNS: Mapping[Side, Mapping[str, ColumnKind]] = {
    "need": {
        "organisation": "text",
        "industry": "text",
        "region": "text",
        "budget_wan": "number",
        "deadline": "date",
        "cooperation": "text",
        "min_trl": "number",
        "visibility": "text",
        "posted": "date",
        "has_text": "number",
        "province": "text",
        "city": "text",
        "industry_section": "text",
        "industry_division": "text",
        "modes": "texts",
    },
    "achievement": {
        "owner": "text",
        "owner_type": "text",
        "industry": "text",
        "region": "text",
        "trl": "number",
        "transfer_modes": "texts",
        "price_wan": "number",
        "published": "date",
        "visibility": "text",
        "has_text": "number",
        "province": "text",
        "city": "text",
        "industry_section": "text",
        "industry_division": "text",
        "modes": "texts",
        "owner_kind": "text",
        "readiness": "number",
    },
}
"""Fields that a list can be filtered by; from `province` on, what `matcher.fields` reads."""


def bundle_fingerprint(embedder: Embedder, segmenter: Segmenter) -> str:
    """Name everything that the numbers in a bundle depend on."""
    reading = f"{segmenter.fingerprint}|{repair_fingerprint()}|fields@{FIELDS_VERSION}"
    return f"{embedder.fingerprint}|{reading}"


def create(
    side: Side, embedder: Embedder, segmenter: Segmenter, bundles: type[Bundle] | None = None
) -> Bundle:
    """Make an empty bundle; its class says where its vectors lie."""
    return (bundles or Bundle).create(
        dim=embedder.encoder.dim,
        fingerprint=bundle_fingerprint(embedder, segmenter),
        columns=COLUMNS[side],
        token_dim=embedder.late.token_dim if embedder.stores_tokens else None,
    )


def open_or_create(
    folder: Path,
    side: Side,
    embedder: Embedder,
    segmenter: Segmenter,
    bundles: type[Bundle] | None = None,
) -> Bundle:
    """Open the bundle in a folder, or make an empty one.

    One whose filter columns are those of an older version is made anew: it is empty then. So is
    one whose vectors lie elsewhere than its class puts them.

    Raises:
        CorruptIndexError: a file of the bundle is missing or damaged.
        FingerprintMismatchError: it was built with another encoder or dictionary.
    """
    kind = bundles or Bundle
    if not kind.exists(folder):
        return create(side, embedder, segmenter, kind)
    bundle = kind.open(folder, fingerprint=bundle_fingerprint(embedder, segmenter))
    return bundle if has_all_columns(bundle, side) else create(side, embedder, segmenter, kind)


def has_all_columns(bundle: Bundle, side: Side) -> bool:
    """Tell whether a bundle has the filter columns of this version."""
    return dict(bundle.layout.columns) == dict(COLUMNS[side])


def update(
    bundle: Bundle,
    changed: Sequence[Record],
    removed: Sequence[str],
    embedder: Embedder,
    segmenter: Segmenter,
) -> None:
    """Write changed records of one side into the bundle and take removed ids out of it."""
    documents = [Document.of(record, segmenter) for record in changed]
    if documents:
        vectors, tokens = (
            embedder.embed(documents)
            if embedder.stores_tokens
            else (embedder.vectors(documents), None)
        )
        bundle.upsert(
            [
                Entry(
                    id=document.record.id,
                    vector=vectors[at],
                    tokens=document.words,
                    columns=column_values(document),
                    token_vectors=tokens[at].vectors if tokens else None,
                )
                for at, document in enumerate(documents)
            ]
        )
    if removed:
        bundle.remove(removed)


def column_values(document: Document) -> dict[str, Value]:
    """Values of a record's filter columns; empty ones are left out."""
    values: dict[str, Value] = {"has_text": float(form_of(document) == "full")}
    record = document.record
    for name in COLUMNS[side_of(record)]:
        value = getattr(record, name, None)
        if value is None or value in ("", ()):
            continue
        values[name] = value.isoformat() if isinstance(value, date) else value
    return values | _read_values(record)


def _read_values(record: Record) -> dict[str, Value]:
    """What `matcher.fields` reads out of a record alone, so that an index needs nothing else."""
    parsed = read_fields(record)
    place = parsed.region.place if parsed.region else None
    industry, modes = parsed.industry, parsed.transfer_modes
    level = parsed.proposed_trl.level if parsed.proposed_trl else getattr(record, "trl", None)
    values: dict[str, Value | None] = {
        "province": place.province if place else None,
        "city": place.city if place else None,
        "industry_section": industry.section if industry else None,
        "industry_division": industry.division if industry else None,
        "modes": _with_licences(modes.modes) if modes else None,
        "owner_kind": parsed.owner_type.kind if parsed.owner_type else None,
        "readiness": level,
    }
    return {name: value for name, value in values.items() if value not in (None, "", ())}


def _with_licences(modes: tuple[str, ...]) -> tuple[str, ...]:
    """Who looks for 许可 takes 独占许可 too."""
    is_licence = any(mode.endswith("许可") for mode in modes)
    return tuple(dict.fromkeys((*modes, "许可"))) if is_licence else modes
