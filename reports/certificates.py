"""已授牌: how many titles have been certified. Certificates are not kept yet, so there is nothing to count."""

from collections.abc import Mapping
from datetime import date


def certified(county: str, on: date) -> Mapping[str, int] | None:
    """Certificates issued on or before ``on`` and not withdrawn by then, by kind of area; None while none was ever issued."""
    return None
