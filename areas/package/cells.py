"""Convert a cell of a workbook to text in one way for all readers."""

from datetime import date, datetime, time
from typing import Any

from areas.package.values import plain


def text(value: Any) -> str:
    """A number in plain digits, a date as YYYY-MM-DD."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return plain(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
