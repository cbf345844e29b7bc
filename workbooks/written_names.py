"""What the workbooks of returns call villages, for the register to be compared with."""

from common.clock import today
from common.periods import Quarter
from workbooks.models import Upload

SPAN = 4
"""Quarters back from the one that runs."""


def names_written(county: str) -> dict[str, str]:
    """By code the name that the latest uploaded workbook gave to an area; one query."""
    last = Quarter.containing(today())
    recent = Upload.objects.filter(quarterly_return__county=county, quarterly_return__period__gte=str(last.plus(-SPAN)))
    contents = recent.order_by("pk").values_list("content__lines", flat=True)
    return {line["code"]: line["name"] for lines in contents for line in lines if line["code"] and line["name"]}
