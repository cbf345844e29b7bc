"""What of the acceptance chain has come to rest on a succession of areas."""

from collections.abc import Sequence
from datetime import datetime

from inspection.models import Unit


def reported_since(codes: Sequence[str], since: datetime) -> list[str]:
    """The units of these areas for which a report was begun after a moment."""
    rows = Unit.objects.filter(area__in=codes, report__created_at__gte=since).select_related(
        "area__parent", "report__township"
    )
    return [f"{unit.area.full_name}已列入{unit.report}" for unit in rows]
