"""What a record's fields say: region, industry, maturity, transfer modes, money and dates."""

from matcher.fields.read import VERSION as FIELDS_VERSION
from matcher.fields.read import ParsedFields, read_fields

__all__ = ["FIELDS_VERSION", "ParsedFields", "read_fields"]
